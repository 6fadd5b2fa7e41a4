import type { FleetFacts } from './fleet-facts';
import type { FleetCaller, FleetSession } from './fleet-session';

/** A session in the directory. Never changed, only replaced. */
export interface FleetEntry {
  readonly facts: FleetFacts;
  readonly session: FleetSession;
  /** All that it can be found by, in lower case. */
  readonly words: string;
}

/** @param isSlow whether a turn of so many seconds is over its budget */
export function entryOf(facts: FleetFacts, isSlow: (seconds: number) => boolean): FleetEntry {
  const { sessionId, activeAgent, createdAt, updatedAt, turns, interruptions, lastSeconds, experiment, revision } =
    facts;
  const caller = callerOf(facts);
  const lastLatencyMs = lastSeconds === null ? null : Math.round(lastSeconds * 1000);
  const degraded = facts.shown.degraded || (lastSeconds !== null && isSlow(lastSeconds));
  const session: FleetSession = {
    ...{ sessionId, activeAgent, caller, createdAt, updatedAt, turns, interruptions, lastLatencyMs, degraded },
    ...{ experiment, revision },
  };
  return { facts, session, words: wordsOf(sessionId, caller) };
}

function callerOf({
  shown: { client_id: id, caller_name: name, session_profile: phone },
}: FleetFacts): FleetCaller | null {
  return id === null && name === null && phone === null ? null : { id, name, phone };
}

/** On lines of their own: nobody finds what begins in one and ends in another. */
function wordsOf(sessionId: string, caller: FleetCaller | null): string {
  return [sessionId, caller?.id, caller?.name, caller?.phone].filter(Boolean).join('\n').toLowerCase();
}

/** When it expires unless something happens, seconds since the epoch. */
export function expiryOf({ facts: { updatedAt, ttlSeconds } }: FleetEntry): number {
  return updatedAt === null || ttlSeconds === null ? Infinity : updatedAt + ttlSeconds;
}
