import { anyJson, integer, list, map, object, orNull, type SchemaObject, text } from '../../api/docs/schema';
import { CHANGE_SOURCES } from '../changes/audit-entry';
import { LIMITS } from '../changes/agent-limits';

/** What the routes of agents take and answer, for the OpenAPI document. */
const freeObject: SchemaObject = { type: 'object', additionalProperties: true };
const isSet: SchemaObject = { type: 'boolean' };
const strict = (schema: SchemaObject): SchemaObject => ({ ...schema, additionalProperties: false });

const AGENT_PROPERTIES = {
  name: text,
  description: text,
  greeting: { type: 'string', description: 'Liquid template of the first words.' },
  returnGreeting: { type: 'string', description: 'The same for a caller who has been with this agent before.' },
  handoff: object({ trigger: orNull(text), isEntryPoint: isSet }),
  model: freeObject,
  cascadeModel: orNull(freeObject),
  liveModel: orNull(freeObject),
  voice: freeObject,
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

const PROMPT: SchemaObject = { type: 'string', description: `At most ${LIMITS.promptBytes} bytes of UTF-8.` };
const TOOLS: SchemaObject = { type: 'array', maxItems: LIMITS.tools, items: text };
const VARIABLES: SchemaObject = { type: 'object', maxProperties: LIMITS.templateVars, additionalProperties: true };
const NOTE: SchemaObject = { type: 'string', maxLength: 1000, description: 'Why, for the audit trail.' };

const OVERRIDES = {
  prompt: PROMPT,
  voice: freeObject,
  model: freeObject,
  tools: TOOLS,
  templateVars: VARIABLES,
  greeting: PROMPT,
} satisfies Record<string, SchemaObject>;
const OVERRIDES_SCHEMA = object(OVERRIDES, Object.keys(OVERRIDES));

export const OVERRIDES_BODY_SCHEMA = strict({
  type: 'object',
  description: 'At least one field; null clears one, and one that is absent stays.',
  properties: {
    ...Object.fromEntries(Object.entries(OVERRIDES).map(([field, schema]) => [field, orNull(schema)])),
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

export const CUSTOM_AGENT_BODY_SCHEMA = strict({
  type: 'object',
  required: ['name', 'prompt'],
  properties: { ...AGENT_PROPERTIES, handoff: strict(object({ trigger: orNull(text) })), note: NOTE },
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
    verified: object({ whole: isSet, firstBroken: orNull(integer) }),
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

export const EXPORT_SCHEMA = object({
  format: text,
  activeAgent: orNull(text),
  visitedAgents: list(text),
  overrides: map(OVERRIDES_SCHEMA),
  customAgents: list(object(AGENT_PROPERTIES)),
  handoffs: map(text),
  experiment: orNull(ASSIGNMENT),
});
export const IMPORT_BODY_SCHEMA: SchemaObject = {
  oneOf: [
    EXPORT_SCHEMA,
    object(
      { agents: map(freeObject), handoff_map: map(text), active_agent: text, experiment_id: text, variant: text },
      ['handoff_map', 'active_agent', 'experiment_id', 'variant'],
    ),
  ],
};
