import type { JsonValue } from '../../../src/common/json';
import type { InEffect, LatencyRun, SessionState, TimelineEvent } from '../../../src/store/session-state';
import type { ReferenceAgents, ReferenceMessage, ReferenceStage } from './reference-ops';
import type { Living } from './reference-session';

/**
 * Sessions as nested lists, the same for what a store read and what the reference holds. Members become pairs, so
 * that no comparison trips over one called `__proto__`; what has no order of its own is sorted by name.
 */
export type Plain = null | boolean | number | string | readonly Plain[];

export function plainJson(value: JsonValue | undefined): Plain {
  if (value === undefined) return ['absent'];
  if (Array.isArray(value)) return ['list', ...value.map(plainJson)];
  if (typeof value === 'object' && value !== null) return ['object', ...plainEntries(Object.entries(value))];
  return value;
}

function plainEntries(entries: Iterable<readonly [string, JsonValue]>): Plain[] {
  return byName([...entries].map(([name, value]) => [name, plainJson(value)] as const));
}

function byName<T extends Plain>(entries: readonly (readonly [string, T])[]): Plain[] {
  return [...entries].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0));
}

type AnyMessage = Omit<ReferenceMessage, 'agent' | 'meta'> & { readonly meta?: ReferenceMessage['meta'] };

export function plainMessage({ seq, role, content, at, meta }: AnyMessage): Plain {
  return [seq, role, content, at, plainJson(meta)];
}

function plainStage({
  count,
  total,
  min,
  max,
  buckets,
  recent,
}: Omit<ReferenceStage, 'recent'> & {
  readonly recent: readonly {
    readonly seconds: number;
    readonly at: number;
    readonly run?: string | undefined;
    readonly meta?: ReferenceMessage['meta'];
    readonly inEffect?: InEffect | undefined;
  }[];
}): Plain {
  const samples = recent.map(({ seconds, at, run, meta, inEffect }) => [
    seconds,
    at,
    run ?? null,
    plainJson(meta),
    plainEffect(inEffect),
  ]);
  return [count, total, min, max, [...buckets].sort(([left], [right]) => left - right), samples];
}

function plainEffect(effect: InEffect | undefined): Plain {
  return effect
    ? [effect.agent, effect.agentsRevision, plainJson(effect.experiment && { ...effect.experiment })]
    : ['absent'];
}

function plainAgents({ changes, revision, digest, experiment, records }: ReferenceAgents): Plain {
  const plain = [...records].map(([name, record]) => [name, [record.revision, plainJson(record.value)]] as const);
  return [changes, revision, digest, plainJson(experiment && { ...experiment }), byName(plain)];
}

const plainTimeline = (timeline: readonly TimelineEvent[]): Plain => timeline.map((event) => plainJson({ ...event }));

const plainRuns = (runs: readonly LatencyRun[]): Plain => runs.map((run) => plainJson({ ...run }));

/** An empty thread and none at all are the same. */
function plainThreads(threads: Iterable<readonly [string, readonly AnyMessage[]]>): Plain {
  const spoken = [...threads].filter(([, messages]) => messages.length > 0);
  return byName(spoken.map(([agent, messages]) => [agent, messages.map(plainMessage)] as const));
}

/** A session as a store read it. */
export function plainState(state: SessionState): Record<string, Plain> {
  const threads = [...state.history].map(
    ([agent, { prompt, messages }]) => [agent, prompt ? [prompt, ...messages] : messages] as const,
  );
  return {
    revision: state.revision,
    lastSeq: state.lastSeq,
    times: [state.createdAt, state.updatedAt, state.ttlSeconds, state.expiresAt],
    context: plainEntries(state.context),
    slots: plainEntries(state.slots),
    toolOutputs: plainEntries(state.toolOutputs),
    history: plainThreads(threads),
    latency: byName([...state.latency].map(([stage, stats]) => [stage, plainStage(stats)] as const)),
    runs: plainRuns(state.runs),
    agents: plainAgents(state.agents),
    epoch: state.epoch,
    timeline: plainTimeline(state.timeline),
    batchIds: [...state.batchIds].sort(),
  };
}

/** The same of the reference. */
export function plainLiving(session: Living): Record<string, Plain> {
  const { data } = session;
  const threads = new Map<string, ReferenceMessage[]>();
  for (const message of [...data.messages].sort((left, right) => left.seq - right.seq)) {
    threads.set(message.agent, [...(threads.get(message.agent) ?? []), message]);
  }
  return {
    revision: session.revision,
    lastSeq: data.lastSeq,
    times: [session.createdAt, session.updatedAt, session.ttlSeconds, session.expiresAt],
    context: plainEntries(data.context),
    slots: plainEntries(data.slots),
    toolOutputs: plainEntries(data.toolOutputs),
    history: plainThreads(threads),
    latency: byName([...data.latency].map(([stage, stats]) => [stage, plainStage(stats)] as const)),
    runs: plainRuns(session.runs),
    agents: plainAgents(data.agents),
    epoch: data.epoch,
    timeline: plainTimeline(data.timeline),
    batchIds: [...session.remembered.keys()].sort(),
  };
}
