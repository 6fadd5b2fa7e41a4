import type { NewExperiment, NewVariant } from './experiments-api';

export interface VariantForm {
  /** Which one it is, whatever its name. */
  readonly key: string;
  readonly name: string;
  readonly weight: number;
  /** JSON; empty: the agent as it is. */
  readonly overrides: string;
}

/** An experiment while it is being written. */
export interface ExperimentForm {
  readonly id: string;
  readonly description: string;
  readonly agent: string;
  /** Of new calls. */
  readonly percent: number;
  /** The first is the control. */
  readonly variants: readonly VariantForm[];
}

export const EMPTY_FORM: ExperimentForm = {
  id: '',
  description: '',
  agent: '',
  percent: 100,
  variants: [
    { key: 'control', name: 'control', weight: 1, overrides: '' },
    { key: 'first', name: '', weight: 1, overrides: '' },
  ],
};

export interface FormIssue {
  readonly path: string;
  readonly message: string;
}

/** What is to be sent; undefined where something is lacking, or wrong as the issues say. */
export function definitionOf(form: ExperimentForm): {
  definition: NewExperiment | undefined;
  issues: readonly FormIssue[];
} {
  const read = form.variants.map((variant, index) => variantOf(variant, index));
  const issues = read.flatMap((one) => ('issue' in one ? [one.issue] : []));
  const variants = read.flatMap((one) => ('variant' in one ? [one.variant] : []));
  const isWhole = [form.id, form.agent, ...variants.map(({ name }) => name)].every((text) => text.trim() !== '');
  if (issues.length > 0 || !isWhole) return { definition: undefined, issues };
  return {
    definition: {
      id: form.id.trim(),
      agent: form.agent.trim(),
      traffic: form.percent / 100,
      control: variants[0]?.name ?? '',
      variants,
      ...(form.description.trim() !== '' && { description: form.description.trim() }),
    },
    issues,
  };
}

function variantOf(
  { name, weight, overrides }: VariantForm,
  index: number,
): { variant: NewVariant } | { issue: FormIssue } {
  const variant = { name: name.trim(), weight };
  if (overrides.trim() === '') return { variant };
  const value = parsed(overrides);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { variant: { ...variant, overrides: value as Readonly<Record<string, unknown>> } };
  }
  return { issue: { path: `/variants/${index}/overrides`, message: 'must be an object of JSON' } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
