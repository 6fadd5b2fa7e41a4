import type { JsonObject, JsonValue } from '../../../src/common/json';
import { type SessionState, threadMessages } from '../../../src/store/session-state';
import { plainJson } from './plain';

/** A session of an older service, as its two fields hold it. */
export interface LegacyTexts {
  readonly corememory: string;
  readonly chat_history: string;
}

interface LegacySample {
  readonly stage: string;
  readonly dur: number;
  readonly end: number;
}

interface LegacyRuns {
  readonly order: readonly string[];
  readonly runs: { readonly [id: string]: JsonObject & { readonly samples: readonly (JsonObject & LegacySample)[] } };
}

const plainMap = (map: ReadonlyMap<string, JsonValue>) => plainJson(Object.fromEntries(map));

/** Expects everything that stands in the two texts to be in the session, and nothing else. */
export function expectWalkedWhole(state: SessionState, texts: LegacyTexts): void {
  const core = new Map(Object.entries(JSON.parse(texts.corememory) as JsonObject));
  const take = (key: string): JsonObject => {
    const value = core.get(key) ?? {};
    core.delete(key);
    return value as JsonObject;
  };
  expect(plainMap(state.slots)).toEqual(plainJson(take('slots')));
  expect(plainMap(state.toolOutputs)).toEqual(plainJson(take('tool_outputs')));
  expectLatency(state, take('latency'));
  const flag = `tts_interrupted:${state.sessionId}`;
  const scoped = core.get(flag);
  core.delete(flag);
  if (scoped !== undefined) core.set('tts_interrupted', core.get('tts_interrupted') ?? scoped);
  expect(plainMap(state.context)).toEqual(plainMap(core));
  expectHistory(state, JSON.parse(texts.chat_history) as JsonObject | readonly JsonObject[]);
}

function expectHistory(state: SessionState, history: JsonObject | readonly JsonObject[]): void {
  const threads = new Map(
    Object.entries(Array.isArray(history) ? { default: history as JsonValue } : (history as JsonObject)),
  );
  const spoken = [...threads].filter(([, list]) => (list as readonly JsonValue[]).length > 0);
  for (const [agent, list] of spoken) {
    const messages = threadMessages(state.history.get(agent));
    expect(messages.map(rawMessage).map(plainJson)).toEqual(
      (list as readonly JsonObject[]).map(rawLegacy).map(plainJson),
    );
    const seqs = messages.map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((left, right) => left - right));
  }
  const found = [...state.history].filter(([, thread]) => threadMessages(thread).length > 0);
  expect(found.map(([agent]) => agent).sort()).toEqual(spoken.map(([agent]) => agent).sort());
  const numbers = found
    .flatMap(([, { messages }]) => messages.map(({ seq }) => seq))
    .sort((left, right) => left - right);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  expect(state.lastSeq).toBe(numbers.length);
}

/** A message with all it says; a time that is null and one that is absent say the same. */
function rawLegacy({ role, content, timestamp, ...rest }: JsonObject): JsonValue {
  return [role ?? null, content ?? null, timestamp ?? null, rest];
}

function rawMessage({ role, content, at, meta }: ReturnType<typeof threadMessages>[number]): JsonValue {
  return [role, content, at, withoutNullTime(meta ?? {})];
}

/** A time that was written as null may be kept beside the message. */
function withoutNullTime({ timestamp, ...rest }: JsonObject): JsonObject {
  return timestamp == null ? rest : { ...rest, timestamp };
}

function expectLatency(state: SessionState, { runs = {}, order = [] }: Partial<LegacyRuns>): void {
  expect(state.runs.map(({ id }) => id)).toEqual(order);
  for (const run of state.runs) {
    const { run_id, label, created_at, samples, ...rest } = runs[run.id] as JsonObject;
    const { current: _current, ...found } = run;
    const expected = { id: run_id, label, createdAt: created_at, samples, ...rest } as JsonObject;
    expect(plainJson({ ...found })).toEqual(plainJson(expected));
  }
  const samples = order.flatMap((id) => runs[id]?.samples ?? []);
  expect([...state.latency.keys()].sort()).toEqual([...new Set(samples.map(({ stage }) => stage))].sort());
  for (const [stage, stats] of state.latency) {
    const own = samples.filter((sample) => sample.stage === stage);
    const seconds = own.map(({ dur }) => dur);
    expect(stats).toMatchObject({
      count: own.length,
      total: seconds.reduce((sum, value) => sum + value, 0),
      min: Math.min(...seconds),
      max: Math.max(...seconds),
    });
    expect([...stats.buckets.values()].reduce((sum, count) => sum + count, 0)).toBe(own.length);
    const last = own.slice(-32).map(({ dur, end }) => [dur, end]);
    expect(stats.recent.map((sample) => [sample.seconds, sample.at])).toEqual(last);
  }
}
