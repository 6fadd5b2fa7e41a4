import {
  anyJson,
  freeObject,
  integer,
  list,
  map,
  object,
  orNull,
  type SchemaObject,
  strict,
  text,
} from '../../api/docs/schema';
import { LIMITS } from '../agent-limits';
import { CHANGE_SOURCES } from '../changes/audit-entry';
import { EXPORT_FORMAT } from '../state/agents-export';
import { MODEL, MODEL_PATCH, VOICE, VOICE_PATCH } from './settings-schemas';

/** What the routes of agents take and answer, for the OpenAPI document. */
const isSet: SchemaObject = { type: 'boolean' };
const bytes = (max: number, what = ''): SchemaObject => ({
  type: 'string',
  description: `${what}At most ${max} bytes of UTF-8.`,
});

const AGENT_PROPERTIES = {
  name: text,
  description: text,
  greeting: { type: 'string', description: 'Liquid template of the first words.' },
  returnGreeting: { type: 'string', description: 'The same for a caller who has been with this agent before.' },
  handoff: object({ trigger: orNull(text), isEntryPoint: isSet }),
  model: MODEL,
  cascadeModel: orNull(MODEL),
  liveModel: orNull(MODEL),
  voice: VOICE,
  speech: freeObject,
  session: freeObject,
  tools: list(text),
  templateVars: freeObject,
  metadata: freeObject,
  prompt: { type: 'string', description: 'Liquid template of the system prompt.' },
} satisfies Record<string, SchemaObject>;

const LAYER: SchemaObject = { type: 'string', enum: ['default', 'agent', 'experiment', 'session'] };
const EXPLAINED = { value: anyJson, layer: LAYER, revision: orNull(integer) };
const FIELDS = map(object({ ...EXPLAINED, members: map(object(EXPLAINED)) }, ['members']));

export const AGENT_SCHEMA = object({ ...AGENT_PROPERTIES, rendered: text, fields: FIELDS }, ['rendered', 'fields']);
export const AGENT_LIST_SCHEMA = object({ agents: list(object(AGENT_PROPERTIES)) });
export const HANDOFF_SCHEMA = object({ from: orNull(text), to: text, revision: integer });

const PROMPT = bytes(LIMITS.promptBytes);
const TOOLS: SchemaObject = { type: 'array', maxItems: LIMITS.tools, items: text };
const VARIABLES: SchemaObject = { type: 'object', maxProperties: LIMITS.templateVars, additionalProperties: true };
const NOTE: SchemaObject = { type: 'string', maxLength: 1000, description: 'Why, for the audit trail.' };

const OVERRIDES = {
  prompt: PROMPT,
  voice: VOICE,
  model: MODEL,
  tools: TOOLS,
  templateVars: VARIABLES,
  greeting: PROMPT,
} satisfies Record<string, SchemaObject>;
const OVERRIDES_SCHEMA = object(OVERRIDES, Object.keys(OVERRIDES));
const CLEARABLE = Object.fromEntries(
  Object.entries({ ...OVERRIDES, voice: VOICE_PATCH, model: MODEL_PATCH }).map(([field, schema]) => [
    field,
    orNull(schema),
  ]),
);

export const OVERRIDES_BODY_SCHEMA = strict({
  type: 'object',
  description: 'At least one field; null clears one, and one that is absent stays.',
  properties: {
    ...CLEARABLE,
    note: NOTE,
  },
});

export const OVERRIDDEN_SCHEMA = object({ revision: integer, overrides: OVERRIDES_SCHEMA });
export const OVERRIDES_VIEW_SCHEMA = object(
  {
    agent: text,
    revision: { type: 'integer', description: 'Of the last change; 0: none.' },
    overrides: OVERRIDES_SCHEMA,
    modifications: integer,
    custom: orNull(object(AGENT_PROPERTIES)),
    fields: FIELDS,
  },
  ['fields'],
);

/** Templates are checked, not demanded to be right: what is wrong is what one wants to see. */
export const PREVIEW_BODY_SCHEMA = strict({
  type: 'object',
  description: 'As for a change; without a field it shows what stands.',
  properties: { ...CLEARABLE },
});
export const PREVIEW_SCHEMA = object({
  revision: { type: 'integer', description: 'Of the last change; 0: none.' },
  base: { ...object(AGENT_PROPERTIES), description: 'Without the overrides of this session.' },
  current: object(AGENT_PROPERTIES),
  changed: { ...orNull(object(AGENT_PROPERTIES)), description: 'Null where the change would be refused.' },
  overrides: { ...orNull(OVERRIDES_SCHEMA), description: 'The overrides after it.' },
  rendered: {
    ...orNull(object({ prompt: orNull(text), greeting: orNull(text) })),
    description: 'With the data of this session; null where a template fails.',
  },
  issues: {
    ...list(object({ path: text, message: text })),
    description: 'Why it would be refused, or why a template fails.',
  },
});

export const CUSTOM_AGENT_BODY_SCHEMA = strict({
  type: 'object',
  required: ['name', 'prompt'],
  properties: {
    ...AGENT_PROPERTIES,
    description: bytes(LIMITS.descriptionBytes),
    greeting: bytes(LIMITS.promptBytes, 'Liquid template of the first words. '),
    returnGreeting: bytes(LIMITS.promptBytes, 'The same for a caller who has been with this agent before. '),
    tools: TOOLS,
    prompt: bytes(LIMITS.promptBytes, 'Liquid template of the system prompt. '),
    handoff: strict(object({ trigger: orNull(text) }, ['trigger'])),
    note: NOTE,
  },
});
export const CUSTOM_AGENT_SCHEMA = object({ revision: integer, agent: object(AGENT_PROPERTIES) });

export const CHANGE_SCHEMA = object({ revision: integer });
export const HANDOFF_CHANGE_SCHEMA = object({ revision: integer, tool: text, target: orNull(text) });

const REVISION = {
  number: { type: 'integer', description: 'Place in the audit trail, from 1.' },
  revision: { type: 'integer', description: "The session's revision that the change made." },
  at: { type: 'number', description: 'Seconds since the epoch.' },
  actor: { type: 'string', description: 'Name of the key, or of the part of the service.' },
  source: { type: 'string', enum: [...CHANGE_SOURCES] },
  action: text,
  note: orNull(text),
  agent: orNull(text),
  target: orNull({ type: 'integer', description: 'The revision that was gone back to.' }),
  before: { type: 'object', additionalProperties: true, description: 'Null where nothing was set.' },
  after: freeObject,
  previous: object({ revision: integer, digest: text }),
  digest: { type: 'string', description: 'SHA-256 of the entry, which links to the one before it.' },
} satisfies Record<string, SchemaObject>;

export const REVISIONS_SCHEMA = object({
  revisions: list(object({ ...REVISION, promptDiff: orNull(text) }, ['promptDiff'])),
});
export const AUDIT_SCHEMA = object(
  {
    entries: list(object(REVISION)),
    dropped: { type: 'integer', description: 'Older entries, which the bound has pushed out.' },
    verified: object({ whole: isSet, fault: orNull(text), firstBroken: orNull(integer) }),
  },
  ['verified'],
);

const TAG = {
  experimentId: text,
  variant: text,
  reason: { type: 'string', enum: ['SPLIT', 'STATIC'] },
} satisfies Record<string, SchemaObject>;
export const TAGGED_SCHEMA = object({ ...TAG, revision: integer });
export const ASSIGNMENT_SCHEMA = object({
  experimentId: orNull(text),
  variant: orNull(text),
  reason: { type: 'string', enum: ['SPLIT', 'STATIC', 'DEFAULT'] },
  revision: orNull(integer),
});

const ASSIGNMENT = object({ ...TAG, agent: text, overrides: OVERRIDES_SCHEMA }, ['agent', 'overrides']);

const EXPORT = {
  format: { type: 'string', enum: [EXPORT_FORMAT] },
  activeAgent: orNull(text),
  visitedAgents: { type: 'array', maxItems: LIMITS.visitedAgents, items: text },
  overrides: map(OVERRIDES_SCHEMA),
  customAgents: { type: 'array', maxItems: LIMITS.customAgents, items: object(AGENT_PROPERTIES) },
  handoffs: { type: 'object', maxProperties: LIMITS.handoffs, additionalProperties: text },
  experiment: orNull(ASSIGNMENT),
} satisfies Record<string, SchemaObject>;
export const EXPORT_SCHEMA = object(EXPORT);

const IMPORT = {
  ...EXPORT,
  overrides: map(strict(object(CLEARABLE, Object.keys(CLEARABLE)))),
  customAgents: {
    type: 'array',
    maxItems: LIMITS.customAgents,
    items: strict({ ...object(AGENT_PROPERTIES), required: ['name', 'prompt'] }),
  },
  note: NOTE,
} satisfies Record<string, SchemaObject>;
const LEGACY_REGISTRY = {
  agents: map(freeObject),
  handoff_map: freeObject,
  active_agent: orNull(text),
  experiment_id: orNull(text),
  variant: orNull(text),
  note: NOTE,
} satisfies Record<string, SchemaObject>;

export const IMPORT_BODY_SCHEMA: SchemaObject = {
  oneOf: [
    strict({ ...object(IMPORT), required: ['format'] }),
    {
      ...object(LEGACY_REGISTRY),
      required: ['agents'],
      description: 'The `agent_registry` of an older service. What of it is not valid here is left behind.',
    },
  ],
};
