import type { JsonValue } from '../../common/json';
import type { AgentChange } from '../agent-state';
import { corrupt, parseStored } from './decode-session';

/** Numbers of the last entries of an audit trail that has come to `changes`, oldest first. */
export function lastNumbers(changes: number, limit: number): number[] {
  const count = Math.min(changes, limit);
  return Array.from({ length: count }, (_, index) => changes - count + 1 + index);
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
