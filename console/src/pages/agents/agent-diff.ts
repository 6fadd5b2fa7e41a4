import { formatValue } from '../../shared/format';
import { OVERRIDE_FIELDS, type OverrideField } from './draft';

type Settings = Readonly<Partial<Record<OverrideField, unknown>>>;

export interface FieldDiff {
  readonly field: OverrideField;
  readonly before: string;
  readonly after: string;
}

/** What people call them. */
export const FIELD_LABELS: Readonly<Record<OverrideField, string>> = {
  prompt: 'Prompt',
  greeting: 'Greeting',
  voice: 'Voice',
  model: 'Model',
  tools: 'Tools',
  templateVars: 'Variables',
};

/** The settings of two agents that differ, as texts. */
export function agentDiff(before: Settings, after: Settings): FieldDiff[] {
  return OVERRIDE_FIELDS.flatMap((field) => {
    const [old, next] = [textOf(before[field]), textOf(after[field])];
    return old === next ? [] : [{ field, before: old, after: next }];
  });
}

/** Members in the order of their names: a layer over others may bring them in another. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return formatValue(value ?? '');
  return formatValue(Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1))));
}
