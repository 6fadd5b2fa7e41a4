import { freeObject, object, type SchemaObject, strict, text } from '../../api/docs/schema';
import {
  EXPERIMENT_NAME_PATTERN,
  EXPERIMENT_STATUSES,
  INTERRUPTION_RATE,
  MAX_GUARD_RAILS,
  MAX_VARIANTS,
  MAX_WEIGHT,
  PERCENTILES,
} from '../experiments/experiment';

/** What the routes of experiments take, for the OpenAPI document. */
export const described = (schema: SchemaObject, description: string): SchemaObject => ({ ...schema, description });

/** Above 0, as OpenAPI 3.1 says it: the library's types are those of 3.0. */
const positive = (more: SchemaObject) => ({ type: 'number', exclusiveMinimum: 0, ...more }) as unknown as SchemaObject;

export const NAME: SchemaObject = { type: 'string', pattern: EXPERIMENT_NAME_PATTERN };
const TEXT: SchemaObject = { type: 'string', maxLength: 1000 };
export const STATUS: SchemaObject = { type: 'string', enum: [...EXPERIMENT_STATUSES] };
const AGENT: SchemaObject = { type: 'string', minLength: 1, maxLength: 64, description: 'A base agent.' };
const CONTROL = described(NAME, 'The variant that the others are compared with; the first one if absent.');
export const TRAFFIC: SchemaObject = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  description: 'Share of new sessions that join; 1 if absent. A change of it moves nobody between variants.',
};
const OVERRIDES = described(
  freeObject,
  "What its sessions use instead of the agent's fields, any of prompt, voice, model, tools, templateVars, greeting; " +
    'none for a control.',
);

const VARIANT = object({
  name: NAME,
  weight: positive({ maximum: MAX_WEIGHT }),
  overrides: OVERRIDES,
});
export const VARIANTS: SchemaObject = { type: 'array', minItems: 1, maxItems: MAX_VARIANTS, items: VARIANT };
const VARIANTS_BODY: SchemaObject = {
  ...VARIANTS,
  items: strict({ ...VARIANT, required: ['name', 'weight'] }),
};

export const GUARD_RAIL = object(
  {
    stage: described(text, 'A latency stage; or `metric`.'),
    percentile: { type: 'string', enum: [...PERCENTILES], description: 'Of the stage; p95 if absent.' },
    metric: { type: 'string', enum: [INTERRUPTION_RATE], description: 'Interruptions per turn; or `stage`.' },
    bound: { type: 'number', minimum: 0, description: 'Most that is well, in any variant.' },
    ratioToControl: positive({ description: 'Most that is well as a multiple of what the control has.' }),
    minSamples: { type: 'integer', minimum: 1, description: 'Samples, or turns, before anything is said.' },
  },
  ['stage', 'percentile', 'metric', 'bound', 'ratioToControl'],
);
export const GUARD_RAILS: SchemaObject = {
  type: 'array',
  maxItems: MAX_GUARD_RAILS,
  items: GUARD_RAIL,
  description:
    'Pause the experiment when one is broken: each has a stage or a metric, and a bound, a ratio or both. Figures are ' +
    'those since the start: to resume after a breach, change the guard-rail as well.',
};
const GUARD_RAILS_BODY: SchemaObject = { ...GUARD_RAILS, items: strict(GUARD_RAIL) };
const NOTE = described(TEXT, 'Why, for the audit trail.');

export const NEW_EXPERIMENT_SCHEMA = strict(
  object(
    {
      id: NAME,
      description: TEXT,
      agent: AGENT,
      variants: VARIANTS_BODY,
      control: CONTROL,
      traffic: TRAFFIC,
      guardRails: GUARD_RAILS_BODY,
      status: { type: 'string', enum: ['draft', 'running'], description: '`draft` if absent.' },
      note: NOTE,
    },
    ['description', 'control', 'traffic', 'guardRails', 'status', 'note'],
  ),
);

export const EXPERIMENT_CHANGES_SCHEMA = strict({
  type: 'object',
  description: 'What is absent stays. Only a draft can change agent, variants and control.',
  properties: {
    description: TEXT,
    agent: AGENT,
    variants: VARIANTS_BODY,
    control: CONTROL,
    traffic: TRAFFIC,
    guardRails: GUARD_RAILS_BODY,
    status: described(STATUS, 'draft → running or ended; running ⇄ paused; running or paused → ended, which is final.'),
    note: NOTE,
  },
});
