import type { JsonValue } from '../../common/json';
import type { AgentChange, AgentTrail } from '../agent-state';
import { corrupt, parseStored } from './decode-session';

export const NO_TRAIL: AgentTrail = { first: 1, changes: [] };

/** Numbers of the kept entries of an audit trail that has come to `changes`, oldest first. */
export function keptNumbers(first: number, changes: number): number[] {
  return Array.from({ length: Math.max(changes - first + 1, 0) }, (_, index) => first + index);
}

/** The entries among what is stored under these numbers. @throws ParleyError `session_corrupt` */
export function decodeAgentChanges(
  sessionId: string,
  numbers: readonly number[],
  texts: readonly (string | null | undefined)[],
): AgentChange[] {
  return numbers.flatMap((number, index) => {
    const stored = parseStored(sessionId, texts[index]);
    return stored === undefined ? [] : [agentChange(sessionId, number, stored)];
  });
}

function agentChange(sessionId: string, number: number, stored: JsonValue): AgentChange {
  const [revision, digest, entry] = Array.isArray(stored) ? (stored as readonly JsonValue[]) : [];
  if (typeof revision !== 'number' || typeof digest !== 'string' || entry === undefined) {
    throw corrupt(sessionId, 'an entry of the audit trail that is none');
  }
  return { number, revision, digest, entry };
}
