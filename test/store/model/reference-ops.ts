import type { ErrorCode } from '../../../src/common/error-catalogue';
import type { JsonObject, JsonValue } from '../../../src/common/json';
import { bucketOf } from '../../../src/store/latency-buckets';
import type { ChangeAgentsOp, ExperimentTag, Op, OpOf } from '../../../src/store/ops';
import type { InEffect, TimelineEvent } from '../../../src/store/session-state';

/**
 * What each operation means, in the plainest way there is: lists that are copied whole. It shares no code with the
 * stores or with the memo, so that an agreement says something.
 */

export interface ReferenceMessage {
  readonly agent: string;
  /** 0 for the system prompt. */
  readonly seq: number;
  readonly role: string;
  readonly content: string;
  readonly at: number | null;
  readonly meta: JsonObject | undefined;
}

export interface ReferenceSample {
  readonly seconds: number;
  readonly at: number;
  readonly run: string | undefined;
  readonly meta: JsonObject | undefined;
  readonly inEffect: InEffect | undefined;
}

export interface ReferenceAgents {
  readonly changes: number;
  readonly revision: number;
  readonly digest: string;
  readonly experiment: ExperimentTag | null;
  readonly records: ReadonlyMap<string, { readonly value: JsonValue; readonly revision: number }>;
}

export interface ReferenceStage {
  readonly count: number;
  readonly total: number;
  readonly min: number;
  readonly max: number;
  readonly buckets: ReadonlyMap<number, number>;
  readonly recent: readonly ReferenceSample[];
}

/** What operations can change. */
export interface ReferenceData {
  readonly lastSeq: number;
  readonly context: ReadonlyMap<string, JsonValue>;
  readonly slots: ReadonlyMap<string, JsonValue>;
  readonly toolOutputs: ReadonlyMap<string, JsonValue>;
  readonly messages: readonly ReferenceMessage[];
  readonly latency: ReadonlyMap<string, ReferenceStage>;
  readonly agents: ReferenceAgents;
  readonly epoch: number;
  readonly timeline: readonly TimelineEvent[];
}

export const NO_DATA: ReferenceData = {
  lastSeq: 0,
  context: new Map(),
  slots: new Map(),
  toolOutputs: new Map(),
  messages: [],
  latency: new Map(),
  agents: { changes: 0, revision: 0, digest: '-', experiment: null, records: new Map() },
  epoch: 0,
  timeline: [],
};

const RECENT = 32;

function having<V>(map: ReadonlyMap<string, V>, key: string, value: V): Map<string, V> {
  return new Map([...map, [key, value]]);
}

/** The data after an operation of the batch that makes `revision`, or why it is refused. */
export function afterOp(data: ReferenceData, op: Op, now: number, revision: number): ReferenceData | ErrorCode {
  switch (op.op) {
    case 'append': {
      const seq = data.lastSeq + 1;
      const { agent, role, content, at = now, meta } = op;
      return { ...data, lastSeq: seq, messages: [...data.messages, { agent, seq, role, content, at, meta }] };
    }
    case 'truncate':
      if (op.epoch !== undefined && op.epoch < data.epoch) return 'epoch_passed';
      return cutIn(data, op.seq, op.content, undefined);
    case 'clearHistory':
      return { ...data, messages: data.messages.filter(({ agent }) => op.agent !== undefined && agent !== op.agent) };
    case 'systemPrompt':
      return { ...data, messages: withPrompt(data.messages, op.agent, op.content, now) };
    case 'setContext':
      return { ...data, context: having(data.context, op.key, op.value) };
    case 'mergeContext':
      return { ...data, context: having(data.context, op.key, merged(data.context.get(op.key), op.value)) };
    case 'deleteContext':
      return { ...data, context: new Map([...data.context].filter(([key]) => key !== op.key)) };
    case 'setSlots':
      return { ...data, slots: new Map([...data.slots, ...Object.entries(op.slots)]) };
    case 'setToolOutput':
      return {
        ...data,
        toolOutputs: having(data.toolOutputs, op.tool, op.output),
        timeline: [...data.timeline, { at: now, afterSeq: data.lastSeq, kind: 'tool', tool: op.tool }],
      };
    case 'setInterrupted':
      return interrupted(data, op, now);
    case 'setActiveAgent': {
      const active = data.context.get('active_agent');
      const from = typeof active === 'string' ? active : null;
      const event = { at: now, afterSeq: data.lastSeq, kind: 'agent', agent: op.agent, from } as const;
      return {
        ...data,
        context: having<JsonValue>(data.context, 'active_agent', op.agent),
        timeline: from === op.agent ? data.timeline : [...data.timeline, event],
      };
    }
    case 'recordLatency': {
      const { stage, seconds, at = now, run, meta } = op;
      const sample = { seconds, at, run, meta, inEffect: effectOf(data) };
      return { ...data, latency: having(data.latency, stage, counted(data.latency.get(stage), sample)) };
    }
    case 'changeAgents':
      if (op.after !== data.agents.changes) return 'revision_conflict';
      return { ...data, agents: changed(data.agents, op, revision) };
    default:
      // The playback queue and the lease have a model of their own (test/store/playback.property.spec.ts).
      throw new Error(`${op.op} is not part of this model`);
  }
}

function changed(agents: ReferenceAgents, op: ChangeAgentsOp, revision: number): ReferenceAgents {
  const named = new Set(Object.keys(op.records));
  const kept = [...agents.records].filter(([name]) => !named.has(name));
  const set = Object.entries(op.records).filter(([, value]) => value !== null);
  const records = new Map([...kept, ...set.map(([name, value]) => [name, { value, revision }] as const)]);
  return { changes: agents.changes + 1, revision, digest: op.digest, experiment: op.experiment, records };
}

/** Who speaks and under what settings; undefined where nothing says either. */
export function effectOf({ context, agents }: ReferenceData): InEffect | undefined {
  const active = context.get('active_agent');
  const agent = typeof active === 'string' ? active : null;
  if (agent === null && agents.changes === 0) return undefined;
  return { agent, agentsRevision: agents.revision, experiment: agents.experiment };
}

function interrupted(
  data: ReferenceData,
  { value, cause, spoken }: OpOf<'setInterrupted'>,
  now: number,
): ReferenceData | ErrorCode {
  const epoch = value ? data.epoch + 1 : data.epoch;
  const after = {
    ...data,
    epoch,
    context: having<JsonValue>(data.context, 'tts_interrupted', value),
    timeline: [...data.timeline, { at: now, afterSeq: data.lastSeq, kind: 'interrupted', value, epoch } as const],
  };
  if (!spoken) return after;
  const part =
    spoken.content ??
    ((whole: string) =>
      [...whole].reduce((text, character) => {
        return (text + character).length <= (spoken.characters ?? 0) && whole.startsWith(text + character)
          ? text + character
          : text;
      }, ''));
  return cutIn(after, spoken.seq, part, { cause: cause ?? null });
}

function cutIn(
  data: ReferenceData,
  seq: number,
  heard: string | ((whole: string) => string),
  interruption: { readonly cause: string | null } | undefined,
): ReferenceData | ErrorCode {
  if (seq > data.lastSeq) return 'message_not_found';
  const messages = data.messages.map((message) => (message.seq === seq ? cut(message, heard, interruption) : message));
  return { ...data, messages };
}

function cut(
  message: ReferenceMessage,
  heard: string | ((whole: string) => string),
  interruption: { readonly cause: string | null } | undefined,
): ReferenceMessage {
  const meta = new Map(Object.entries(message.meta ?? {}));
  const earlier = meta.get('generated');
  const generated = typeof earlier === 'string' ? earlier : message.content;
  const content = typeof heard === 'string' ? heard : heard(generated);
  meta.set('generated', generated).delete('interrupted');
  if (interruption) meta.set('interrupted', { ...interruption, offset: content.length });
  return { ...message, content, meta: Object.fromEntries(meta) };
}

/** A system message that opens a thread is its prompt, however it came there. */
function withPrompt(messages: readonly ReferenceMessage[], agent: string, content: string, now: number) {
  const opening = messages.filter((message) => message.agent === agent).sort((left, right) => left.seq - right.seq)[0];
  const kept = messages.filter((message) => message !== opening || message.role !== 'system');
  return [...kept, { agent, seq: 0, role: 'system', content, at: now, meta: undefined }];
}

function merged(base: JsonValue | undefined, patch: JsonObject): JsonObject {
  if (typeof base !== 'object' || base === null || Array.isArray(base)) return patch;
  return Object.fromEntries<JsonValue>([...Object.entries(base), ...Object.entries(patch)]);
}

function counted(stage: ReferenceStage | undefined, sample: ReferenceSample): ReferenceStage {
  const { count, total, min, max, buckets, recent } = stage ?? EMPTY_STAGE;
  const { seconds } = sample;
  const bucket = bucketOf(seconds);
  return {
    count: count + 1,
    total: total + seconds,
    min: seconds < min ? seconds : min,
    max: seconds > max ? seconds : max,
    buckets: new Map([...buckets, [bucket, (buckets.get(bucket) ?? 0) + 1]]),
    recent: [...recent, sample].slice(-RECENT),
  };
}

const EMPTY_STAGE: ReferenceStage = {
  count: 0,
  total: 0,
  min: Infinity,
  max: -Infinity,
  buckets: new Map(),
  recent: [],
};
