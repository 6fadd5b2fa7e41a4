import type { JsonValue } from '../../common/json';
import { decodeAgentHeader } from '../agent-state';
import { ACTIVE_AGENT_KEY } from '../ops';
import { agentName, type SessionState } from '../session-state';
import { type OverviewQuery, RECENT_SAMPLES, type SessionOverview } from '../session-store';
import { decodeStored, parseStored, type StoredSample } from './decode-session';
import { FIELD, type StoredHeader } from './fields';

type Read = (names: readonly string[]) => Promise<readonly (string | null | undefined)[]>;

/** The fields of an overview, but for the last sample, which the last of them leads to. */
export function overviewFields({ contextKeys, stage }: OverviewQuery): string[] {
  const keys = [ACTIVE_AGENT_KEY, ...contextKeys].map(FIELD.context);
  return [FIELD.agents, FIELD.turns, FIELD.epoch, ...keys, FIELD.stageStats(stage)];
}

/** @param values of {@link overviewFields} @throws ParleyError `session_corrupt` */
export async function readOverview(
  sessionId: string,
  {
    revision,
    createdAt,
    updatedAt,
    ttlSeconds,
  }: Pick<StoredHeader, 'revision' | 'createdAt' | 'updatedAt' | 'ttlSeconds'>,
  values: readonly (string | null | undefined)[],
  { contextKeys, stage }: OverviewQuery,
  read: Read,
): Promise<SessionOverview> {
  const [agents, turns, epoch, activeAgent, ...rest] = values;
  const experiment = agents == null ? null : decodeStored(sessionId, () => decodeAgentHeader(agents)).experiment;
  const figures = rest[contextKeys.length];
  const sample = figures == null ? undefined : (await read([lastSampleField(figures, stage)]))[0];
  return {
    sessionId,
    revision,
    createdAt,
    updatedAt,
    expiresAt: updatedAt + ttlSeconds,
    activeAgent: agentName(parseStored(sessionId, activeAgent)),
    experiment,
    turns: Number(turns ?? 0),
    interruptions: Number(epoch ?? 0),
    lastSample: secondsOf(parseStored(sessionId, sample)),
    context: contextOf(sessionId, contextKeys, rest),
  };
}

/** Of `count total min max`: how many samples there were says where in the ring the last one is. */
function lastSampleField(figures: string, stage: string): string {
  return FIELD.stageRecent((Number.parseInt(figures, 10) - 1) % RECENT_SAMPLES, stage);
}

function secondsOf(sample: JsonValue | undefined): number | null {
  return sample === undefined ? null : (sample as unknown as StoredSample)[1];
}

function contextOf(sessionId: string, keys: readonly string[], texts: readonly (string | null | undefined)[]) {
  const context = new Map<string, JsonValue>();
  for (const [index, key] of keys.entries()) {
    const value = parseStored(sessionId, texts[index]);
    if (value !== undefined) context.set(key, value);
  }
  return context;
}

/** Of a session that an older service wrote: there is no way around reading all of it. */
export function overviewOf(state: SessionState, { contextKeys, stage }: OverviewQuery): SessionOverview {
  const { sessionId, revision, createdAt, updatedAt, expiresAt, context, agents, epoch, latency } = state;
  const known = contextKeys.filter((key) => context.has(key));
  return {
    sessionId,
    revision,
    createdAt,
    updatedAt,
    expiresAt,
    activeAgent: agentName(context.get(ACTIVE_AGENT_KEY)),
    experiment: agents.experiment,
    turns: countTurns(state),
    interruptions: epoch,
    lastSample: latency.get(stage)?.recent.at(-1)?.seconds ?? null,
    context: new Map(known.map((key) => [key, context.get(key) as JsonValue])),
  };
}

/** As the stores count them from then on. */
export function countTurns({ history }: Pick<SessionState, 'history'>): number {
  const messages = [...history.values()].flatMap((thread) => thread.messages);
  return messages.filter(({ role }) => role === 'user').length;
}
