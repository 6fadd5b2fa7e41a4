import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { JsonObject, JsonValue } from '../common/json';

/**
 * The operations: the only way a session changes. The schemas of those that clients send are the one source of the
 * types, of the compiled validator (op-validation.ts) and of the OpenAPI document.
 */

/** Most operations a batch may hold. */
export const MAX_BATCH_OPS = 256;
/** Most bytes (UTF-8) of one message's content. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** Most seconds of a latency sample: far above any call, and sums of samples stay numbers. */
export const MAX_DURATION_SECONDS = 1e9;
/** How deep a JSON value may nest: far above real data, far below what overflows a stack. */
export const MAX_JSON_DEPTH = 64;

/**
 * Names of agents, keys, slots, tools and stages: 1 to 256 characters, none of them a control character or half
 * a surrogate pair. The batch codec separates its parts with U+001F and relies on this.
 */
const NAME_PATTERN = '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]{1,256}$';

/** Most characters (UTF-16) of one message to be spoken: about twenty minutes of speech. */
export const MAX_PLAYBACK_CHARACTERS = 16 * 1024;
/** Language tags, by their form. */
const LOCALE_PATTERN = '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,7}$';

const NAME = new RegExp(NAME_PATTERN, 'u');

/** Whether a text can be the name of an agent, key, slot, tool or stage. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

const Name = (description: string) => Type.String({ pattern: NAME_PATTERN, description });
const Json = (description: string) => Type.Unsafe<JsonValue>({ description });
const JsonMap = (description: string) =>
  Type.Unsafe<JsonObject>({ type: 'object', additionalProperties: true, description });
const Content = Type.String({ maxLength: MAX_MESSAGE_BYTES, description: 'Text, at most 64 KiB of UTF-8.' });
const Seconds = (description: string) => Type.Number({ minimum: 0, description });
const Seq = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Sequence number of the message.',
});

const Epoch = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description });
const Spoken = Type.Object(
  {
    seq: Seq,
    content: Type.Optional(Content),
    characters: Type.Optional(
      Type.Integer({ minimum: 0, maximum: MAX_MESSAGE_BYTES, description: 'How many characters (UTF-16) were heard.' }),
    ),
  },
  {
    additionalProperties: false,
    description: 'The reply that was interrupted is cut to what was heard: `content`, or so many `characters` of it.',
  },
);

const PlaybackMessageContent = Type.Object(
  {
    text: Type.String({ maxLength: MAX_PLAYBACK_CHARACTERS, description: 'What is to be spoken.' }),
    ssml: Type.Optional(Type.Boolean({ description: 'Whether the text is SSML; plain if absent.' })),
    locale: Type.Optional(Type.String({ pattern: LOCALE_PATTERN, description: 'Language tag (BCP 47).' })),
    voice: Type.Optional(JsonMap("The voice; the agent's if absent.")),
    agent: Type.Optional(Name('Who speaks.')),
    seq: Type.Optional(Seq),
    meta: Type.Optional(JsonMap('Anything else about it.')),
  },
  { additionalProperties: false, description: 'Something to be spoken; `seq` is the reply that it is part of.' },
);
/** Something to be spoken. */
export type PlaybackContent = Static<typeof PlaybackMessageContent>;

function op<K extends string, P extends Record<string, TSchema>>(name: K, description: string, properties: P) {
  return Type.Object({ op: Type.Literal(name), ...properties }, { additionalProperties: false, description });
}

export const MESSAGE_ROLES = ['user', 'assistant', 'system', 'tool'] as const;
export type Role = (typeof MESSAGE_ROLES)[number];

export const OP_SCHEMAS = {
  append: op('append', "Adds a message to an agent's thread; the store numbers it.", {
    agent: Name('The agent whose thread it joins.'),
    role: Type.Unsafe<Role>({ type: 'string', enum: [...MESSAGE_ROLES] }),
    content: Content,
    at: Type.Optional(Seconds('When it was said, seconds since the epoch; the time of the write if absent.')),
    meta: Type.Optional(JsonMap('Anything else about the message.')),
  }),
  truncate: op('truncate', 'Cuts a message to what was heard; the whole text moves to `meta.generated`.', {
    seq: Seq,
    content: Content,
    cause: Type.Optional(Name('Why it was cut, such as `barge_in`: kept in `meta.interrupted`, with the offset.')),
    epoch: Type.Optional(Epoch('Refused (`epoch_passed`) where the caller has interrupted since this epoch.')),
  }),
  clearHistory: op('clearHistory', "Empties one agent's thread, its system prompt included, or all threads.", {
    agent: Type.Optional(Name('The agent; all agents if absent.')),
  }),
  systemPrompt: op('systemPrompt', "Sets the first message of the agent's thread (seq 0), replacing an earlier one.", {
    agent: Name('The agent.'),
    content: Content,
  }),
  setContext: op('setContext', 'Sets a context key.', { key: Name('The key.'), value: Json('Any JSON value.') }),
  mergeContext: op('mergeContext', 'Merges an object into a context key, one level deep; replaces any other value.', {
    key: Name('The key.'),
    value: JsonMap('The members to set; null is a value.'),
  }),
  deleteContext: op('deleteContext', 'Removes a context key; a missing one is no error.', { key: Name('The key.') }),
  setSlots: op('setSlots', 'Sets slots by name; others stay.', {
    slots: Type.Unsafe<JsonObject>({
      type: 'object',
      propertyNames: { type: 'string', pattern: NAME_PATTERN },
      additionalProperties: true,
      description: 'Slot values by name.',
    }),
  }),
  setToolOutput: op('setToolOutput', 'Keeps the last result of a tool.', {
    tool: Name('The tool.'),
    output: Json('Its result.'),
  }),
  setInterrupted: op(
    'setInterrupted',
    'Raises or lowers the flag "caller interrupts" (context key `tts_interrupted`).',
    {
      value: Type.Boolean({ description: 'True raises the epoch of interruptions by one.' }),
      cause: Type.Optional(Name('Why the reply was cut, such as `barge_in`; with `value` true.')),
      spoken: Type.Optional(Spoken),
    },
  ),
  recordLatency: op('recordLatency', 'Records one sample of a stage.', {
    stage: Name('The stage, one of the known names or any other.'),
    seconds: Type.Number({ minimum: 0, maximum: MAX_DURATION_SECONDS, description: 'How long it took.' }),
    run: Type.Optional(Name('The run (turn) it belongs to.')),
    at: Type.Optional(Seconds('When it ended, seconds since the epoch; the time of the write if absent.')),
    meta: Type.Optional(JsonMap('Anything else about the sample.')),
  }),
  setActiveAgent: op('setActiveAgent', 'Names the agent in charge (context key `active_agent`).', {
    agent: Name('Any name.'),
  }),
  enqueuePlayback: op('enqueuePlayback', 'Queues something to be spoken, behind what waits.', {
    message: PlaybackMessageContent,
    epoch: Type.Optional(Epoch('Refused (`epoch_passed`) where the caller has interrupted since this epoch.')),
  }),
  clearPlayback: op('clearPlayback', 'Drops what waits to be spoken; what is playing goes on.', {}),
};

export type OpName = keyof typeof OP_SCHEMAS;
export type OpOf<K extends OpName> = Static<(typeof OP_SCHEMAS)[K]>;
/** What clients send: one change of a session, discriminated by `op`. */
export type ClientOp = { [K in OpName]: OpOf<K> }[OpName];

/** The experiment a session takes part in, and its variant. */
export interface ExperimentTag {
  readonly id: string;
  readonly variant: string;
}

/**
 * A change of the session's agents, with the entry that it leaves in the audit trail. No client can send it: it is
 * made by the session agents alone, who know what it means, and admitted by the number of changes before it.
 */
export interface ChangeAgentsOp {
  readonly op: 'changeAgents';
  /** How many changes were made before; the batch is refused (`revision_conflict`) where it is another number. */
  readonly after: number;
  /** Records to set, by name; null removes one. */
  readonly records: JsonObject;
  readonly entry: JsonObject;
  /** Of the entry and of what it is linked to. */
  readonly digest: string;
  /** Entries of the trail that are kept, and their bytes; the newest always is. */
  readonly keep: number;
  readonly keepBytes: number;
  /** From now on. */
  readonly experiment: ExperimentTag | null;
}

/** How the playing of a message can end. */
export type PlaybackEnd = 'played' | 'cut' | 'failed';

/**
 * A step of a message in the playback queue. No client can send it as an operation: it is made by who consumes the
 * queue, and refused (`playback_not_held`) where the message is not the consumer's, or not to be had.
 */
export type MovePlaybackOp = {
  readonly op: 'movePlayback';
  readonly number: number;
  /** A name that no other consumer has. */
  readonly consumer: string;
} & PlaybackMove;

export type PlaybackMove =
  /** `until`, seconds since the epoch: until when the message is the consumer's, or when it may be tried again. */
  | { readonly to: 'playing' | 'queued'; readonly until: number }
  /** `offset`: characters (UTF-16) that were heard, of a message that was cut. */
  | { readonly to: PlaybackEnd; readonly offset?: number };

/** Takes or prolongs the session's lease; refused (`lease_held`) where somebody else has it. */
export interface TakeLeaseOp {
  readonly op: 'takeLease';
  /** One above the last one, or the same where its holder prolongs it. */
  readonly fence: number;
  /** Seconds since the epoch. */
  readonly until: number;
  readonly holder: string;
}

/** Lets the session's lease go. */
export interface ReleaseLeaseOp {
  readonly op: 'releaseLease';
  /** Refused (`lease_lost`) where it has passed on since. */
  readonly fence: number;
}

/** What Parley alone makes, each in the one place that knows what it means. */
export type InternalOp = ChangeAgentsOp | MovePlaybackOp | TakeLeaseOp | ReleaseLeaseOp;

/** One change of a session. */
export type Op = ClientOp | InternalOp;

/** Context keys that have a meaning of their own. */
export const ACTIVE_AGENT_KEY = 'active_agent';
export const INTERRUPTED_KEY = 'tts_interrupted';
