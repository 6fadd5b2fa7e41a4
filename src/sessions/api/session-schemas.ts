import { anyJson, integer, list, map, object, orNull, type SchemaObject, seconds, text } from '../../api/docs/schema';
import { MESSAGE_ROLES } from '../../store/ops';

/** What the session routes answer, for the OpenAPI document. */
const epoch = orNull(seconds('Seconds since the epoch.'));

export const MESSAGE_SCHEMA = object(
  {
    seq: { type: 'integer', description: 'Order over the whole session; 0 is the system prompt.' },
    role: { type: 'string', enum: [...MESSAGE_ROLES] },
    content: { type: 'string', description: 'Of an interrupted reply what was heard; the whole is in meta.generated.' },
    at: epoch,
    meta: { type: 'object', additionalProperties: true },
  },
  ['meta'],
);

const SUMMARY = {
  sessionId: text,
  revision: integer,
  createdAt: epoch,
  updatedAt: epoch,
  activeAgent: orNull(text),
};

export const SESSION_SCHEMA = object(
  {
    ...SUMMARY,
    expiresAt: epoch,
    interrupted: { type: 'boolean' },
    epoch: { type: 'integer', description: 'How often the caller has interrupted.' },
    context: map(anyJson),
    slots: map(anyJson),
    toolOutputs: map(anyJson),
    history: map(list(MESSAGE_SCHEMA)),
    degraded: {
      type: 'boolean',
      enum: [true],
      description: 'Writes that were answered wait in the spool: the session lacks them.',
    },
  },
  ['degraded'],
);

export const SESSION_LIST_SCHEMA = object({ sessions: list(object(SUMMARY)), nextCursor: orNull(text) });

export const HISTORY_SCHEMA = object({ messages: list(MESSAGE_SCHEMA), nextAfter: orNull(integer) });

/** Of an answer to a write. */
export const NOT_REPLICATED =
  'Stored, but not on as many replicas as REDIS_WAIT_REPLICAS asks for: a failover could lose it.';

export const RECEIPT_SCHEMA = object(
  {
    revision: integer,
    messages: list({ type: 'integer', description: 'Numbers given to the appended messages, in order.' }),
    epoch: { type: 'integer', description: 'How often the caller has interrupted; where the batch says so.' },
    replicated: { type: 'boolean', enum: [false], description: NOT_REPLICATED },
  },
  ['epoch', 'replicated'],
);

/** Of an answer (202) to a write that the store did not take. */
export const SPOOLED_SCHEMA = object({
  durability: {
    type: 'string',
    enum: ['spooled'],
    description: "On this instance's disk; replayed, once and in order, when the store is back. See REDIS_SPOOL_DIR.",
  },
});

export const CONTEXT_SCHEMA = object({ key: text, value: anyJson });

const RAW_FIELD = object({
  name: text,
  value: text,
  encoding: { type: 'string', enum: ['utf8', 'base64'], description: 'Of name and value: base64 where not UTF-8.' },
  readable: { type: 'boolean', description: 'Whether this release can read it.' },
});

export const RAW_SESSION_SCHEMA = object({
  sessionId: text,
  type: { type: 'string', description: '`hash`, or what else stands under the key; that comes as `DUMP` gives it.' },
  unreadable: { type: 'integer', description: 'Fields of the whole session that cannot be read.' },
  fields: list(RAW_FIELD),
  nextCursor: orNull(text),
});

export const REPAIR_SCHEMA = object({
  sessionId: text,
  revision: integer,
  headerRebuilt: { type: 'boolean', description: 'The header was lost, and made anew of what other fields say.' },
  quarantined: list(RAW_FIELD),
});

const STAGE = object(
  Object.fromEntries(
    ['count', 'min', 'max', 'avg', 'total', 'p50', 'p90', 'p95', 'p99'].map((name) => [
      name,
      name === 'count' ? integer : seconds('Seconds.'),
    ]),
  ),
);

export const LATENCY_SCHEMA = object({ stages: map(STAGE), runs: list({ type: 'object' }) }, ['runs']);

/** The body of `PUT …/context/:key`. */
export const CONTEXT_VALUE_SCHEMA: SchemaObject = {
  ...object({ value: { description: 'Any JSON value.' } }),
  additionalProperties: false,
};
