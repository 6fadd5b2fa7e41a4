import { randomBytes } from 'node:crypto';
import { v7 } from 'uuid';
import { ParleyError } from './parley-error';

/** Session ids from outside: they become keys, channel names and paths. */
export const SESSION_ID_PATTERN = '^[A-Za-z0-9._:-]{1,128}$';
const SESSION_ID = new RegExp(SESSION_ID_PATTERN);

export function isSessionId(value: unknown): value is string {
  return typeof value === 'string' && SESSION_ID.test(value);
}

/** An id that no session can have is the id of no session. @throws ParleyError `session_not_found` */
export function requireSessionId(sessionId: string): string {
  if (isSessionId(sessionId)) return sessionId;
  throw new ParleyError('session_not_found', 'There is no session with an id of this form.');
}

/** Collision-safe and in the order of time (UUIDv7, RFC 9562). */
export function newSessionId(): string {
  return v7();
}

/** Ids that no other sequence of any process gives out: 72 random bits and a counter. */
export function idSequence(): () => string {
  const name = randomBytes(9).toString('base64url').replace(/[-_]/g, 'x');
  let last = 0;
  return () => `${name}.${(last += 1).toString(36)}`;
}
