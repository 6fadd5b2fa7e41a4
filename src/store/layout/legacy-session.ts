import { isJsonObject, type JsonObject, type JsonValue } from '../../common/json';
import { encodeAgentHeader, LEGACY_REGISTRY, NO_AGENT_HEADER, NO_AGENTS } from '../agent-state';
import { INTERRUPTED_KEY, MESSAGE_ROLES, type Role } from '../ops';
import { RECENT_SAMPLES } from '../session-store';
import { emptyState, type Message, type SessionState, type StageStats } from '../session-state';
import { countSample } from '../stage-stats';
import { corrupt, decodeStored } from './decode-session';
import { countTurns } from './read-overview';
import { encodeHeader, FIELD, LEGACY_CORE, LEGACY_HISTORY } from './fields';

/** The two JSON texts of a session that an older service wrote; either may be missing. */
export interface LegacyFields {
  readonly [LEGACY_CORE]?: string | undefined;
  readonly [LEGACY_HISTORY]?: string | undefined;
}

/** Overrides, handoff map and experiment of an older service. */
const AGENT_REGISTRY_KEY = 'agent_registry';
/** A bare list as history belongs to this agent. */
const DEFAULT_AGENT = 'default';

/**
 * Reads a session of an older service, complete: what has a place of its own in Parley goes there, everything else
 * stays a context key.
 * @throws ParleyError `session_corrupt`
 */
export function decodeLegacy(sessionId: string, fields: LegacyFields): SessionState {
  const core = parse(sessionId, fields[LEGACY_CORE] ?? '{}');
  const history = parse(sessionId, fields[LEGACY_HISTORY] ?? '{}');
  if (!isJsonObject(core)) throw corrupt(sessionId, `a ${LEGACY_CORE} that is no object`);
  const state: SessionState = {
    ...emptyState(sessionId),
    createdAt: numberOrNull(core['created_at']),
    updatedAt: numberOrNull(core['last_activity']),
  };
  for (const [key, value] of Object.entries(core)) takeCoreKey(state, storable(key), value);
  takeHistory(state, Array.isArray(history) ? { [DEFAULT_AGENT]: history } : history);
  return state;
}

/** Names become names of fields, in UTF-8, which has no halves of surrogate pairs: those are written as JSON escapes them. */
function storable(name: string): string {
  return name.replace(/[\ud800-\udfff]/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
}

function parse(sessionId: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return parsePythonJson(sessionId, text);
  }
}

/** Python writes numbers that JSON does not have as NaN, Infinity and -Infinity: they become null. */
function parsePythonJson(sessionId: string, text: string): JsonValue {
  try {
    const json = text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (token) =>
      token.startsWith('"') ? token : 'null',
    );
    return JSON.parse(json) as JsonValue;
  } catch {
    throw corrupt(sessionId, 'a field of an older service that is not JSON');
  }
}

function numberOrNull(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function takeCoreKey(state: SessionState, key: string, value: JsonValue): void {
  if (key === 'slots' && isJsonObject(value)) fill(state.slots, value);
  else if (key === 'tool_outputs' && isJsonObject(value)) fill(state.toolOutputs, value);
  else if (key === 'latency' && isLegacyLatency(value)) takeLatency(state, value);
  else if (key === `${INTERRUPTED_KEY}:${state.sessionId}`) {
    // The form with the session id in the key is the older one: the plain key, where both exist, wins.
    if (!state.context.has(INTERRUPTED_KEY)) state.context.set(INTERRUPTED_KEY, value);
  } else state.context.set(key, value);
  if (key === AGENT_REGISTRY_KEY && isJsonObject(value)) takeRegistry(state, value);
}

/** It stays a context key as well, which nobody reads: from here on no write of the conversation can change agents. */
function takeRegistry(state: SessionState, registry: JsonObject): void {
  state.agents = { ...NO_AGENTS, records: new Map([[LEGACY_REGISTRY, { value: registry, revision: 0 }]]) };
}

function fill(target: Map<string, JsonValue>, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) target.set(storable(key), value);
}

interface LegacyLatency {
  readonly runs: { readonly [id: string]: JsonObject & { readonly samples: readonly JsonObject[] } };
  readonly order?: readonly string[];
  readonly current_run_id?: string | null;
}

/** A structure that doesn't look like this stays a context key, whole. */
function isLegacyLatency(value: unknown): value is LegacyLatency {
  if (!isJsonObject(value) || !isJsonObject(value['runs'])) return false;
  const known = Object.keys(value).every((key) => ['runs', 'order', 'current_run_id'].includes(key));
  if (value['order'] !== undefined && !Array.isArray(value['order'])) return false;
  return known && Object.values(value['runs']).every((run) => isJsonObject(run) && isListOfObjects(run['samples']));
}

function isListOfObjects(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.every(isJsonObject);
}

function takeLatency(state: SessionState, latency: LegacyLatency): void {
  const order = latency.order ?? [];
  const position = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length);
  const ids = Object.keys(latency.runs).sort((left, right) => position(left) - position(right));
  for (const id of ids) {
    const { run_id: _id, label, created_at, samples, ...rest } = latency.runs[id] as LegacyLatency['runs'][string];
    state.runs.push({
      ...rest,
      id: storable(id),
      label: typeof label === 'string' ? label : null,
      createdAt: numberOrNull(created_at),
      current: latency.current_run_id === id,
      samples,
    });
    for (const sample of samples) countLegacySample(state.latency, id, sample);
  }
}

function countLegacySample(latency: Map<string, StageStats>, run: string, sample: JsonObject): void {
  const { stage, dur: seconds, end } = sample;
  if (typeof stage !== 'string' || typeof seconds !== 'number' || !(seconds >= 0)) return;
  countSample(latency, storable(stage), { seconds, at: typeof end === 'number' ? end : 0, run });
}

interface Placed {
  readonly agent: string;
  readonly at: number;
  readonly message: Omit<Message, 'seq'>;
}

/** Numbers the messages of all agents in the order of their times; within an agent the list's order holds. */
function takeHistory(state: SessionState, history: JsonValue): void {
  if (!isJsonObject(history)) throw corrupt(state.sessionId, `a ${LEGACY_HISTORY} that is neither object nor list`);
  const placed: Placed[] = [];
  for (const [name, list] of Object.entries(history)) {
    if (!Array.isArray(list)) throw corrupt(state.sessionId, `a ${LEGACY_HISTORY} with a thread that is no list`);
    const messages = list.map(legacyMessage);
    const prompt = messages[0]?.role === 'system' ? messages.shift() : undefined;
    const agent = storable(name);
    if (prompt || messages.length > 0) {
      state.history.set(agent, { prompt: prompt && { seq: 0, ...prompt }, messages: [] });
    }
    let at = -Infinity;
    for (const message of messages) placed.push({ agent, at: (at = Math.max(at, message.at ?? at)), message });
  }
  placed.sort((left, right) => (left.at === right.at ? 0 : left.at - right.at));
  for (const { agent, message } of placed) {
    state.history.get(agent)?.messages.push({ seq: (state.lastSeq += 1), ...message });
  }
}

function legacyMessage(value: JsonValue): Omit<Message, 'seq'> {
  const { role, content, timestamp, ...rest } = isJsonObject(value) ? value : { content: value };
  const known = MESSAGE_ROLES.includes(role as Role);
  // What doesn't fit a message (a role or a content of another kind) is kept beside it, as it was.
  const meta: JsonObject = {
    ...rest,
    ...(!known && role !== undefined && { legacyRole: role }),
    ...(typeof content !== 'string' && content !== undefined && { legacyContent: content }),
    ...(typeof timestamp !== 'number' && timestamp !== undefined && { timestamp }),
  };
  return {
    role: known ? (role as Role) : 'tool',
    content: typeof content === 'string' ? content : '',
    at: numberOrNull(timestamp),
    ...(Object.keys(meta).length > 0 && { meta }),
  };
}

/**
 * The fields, name and value in turn, in which a session of an older service is stored from now on.
 * @throws ParleyError `session_corrupt`
 */
export function convertLegacy(
  sessionId: string,
  legacy: LegacyFields,
  defaultTtlSeconds: number,
  now: number,
): string[] {
  return decodeStored(sessionId, () => encodeConverted(decodeLegacy(sessionId, legacy), defaultTtlSeconds, now));
}

function encodeConverted(state: SessionState, defaultTtlSeconds: number, now: number): string[] {
  const fields: string[] = [];
  const put = (field: string, value: string | number) => fields.push(field, String(value));
  const json = (field: string, value: unknown) => put(field, JSON.stringify(value));
  const { lastSeq, createdAt, ttlSeconds } = state;
  const header = {
    revision: 0,
    lastSeq,
    ttlSeconds: ttlSeconds ?? defaultTtlSeconds,
    createdAt: createdAt ?? now,
    updatedAt: now,
  };
  put(FIELD.header, encodeHeader(header));
  for (const [key, value] of state.context) json(FIELD.context(key), value);
  for (const [name, value] of state.slots) json(FIELD.slot(name), value);
  for (const [tool, value] of state.toolOutputs) json(FIELD.toolOutput(tool), value);
  for (const [agent, { prompt, messages }] of state.history) {
    if (prompt) json(FIELD.prompt(agent), [prompt.at, prompt.content, prompt.meta]);
    for (const { seq, at, role, content, meta } of messages) {
      json(FIELD.message(seq, agent), meta ? [at, role, content, meta] : [at, role, content]);
    }
  }
  put(FIELD.turns, countTurns(state));
  for (const [stage, stats] of state.latency) putStage(put, json, stage, stats);
  if (state.agents.records.size > 0) put(FIELD.agents, encodeAgentHeader(NO_AGENT_HEADER));
  for (const [name, { revision, value }] of state.agents.records) json(FIELD.agentRecord(name), [revision, value]);
  state.runs.forEach(({ id, ...run }, index) => json(FIELD.olderRun(index, id), run));
  return fields;
}

function putStage(
  put: (field: string, value: string) => void,
  json: (field: string, value: unknown) => void,
  stage: string,
  { count, total, min, max, buckets, recent }: StageStats,
): void {
  put(FIELD.stageStats(stage), `${count} ${total} ${min} ${max}`);
  for (const [bucket, samples] of buckets) put(FIELD.stageBucket(bucket, stage), String(samples));
  recent.forEach(({ at, seconds, run }, index) => {
    const position = (count - recent.length + index) % RECENT_SAMPLES;
    json(FIELD.stageRecent(position, stage), [at, seconds, run]);
  });
}
