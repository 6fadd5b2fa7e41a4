import type { Customer } from './customer';
import { derivedDigits, pick } from './derived';

export const IDENTITY_METHODS = ['one_time_code', 'security_question', 'passphrase', 'authenticator_app'] as const;
export type IdentityMethod = (typeof IDENTITY_METHODS)[number];
export const SECURITY_QUESTIONS = ['phone_last_4', 'client_since_year'] as const;
export type SecurityQuestion = (typeof SECURITY_QUESTIONS)[number];

const COLOURS = ['amber', 'silver', 'crimson', 'emerald', 'violet', 'copper', 'ivory', 'indigo'] as const;
const THINGS = ['lantern', 'harbor', 'meadow', 'compass', 'orchard', 'falcon', 'bridge', 'river'] as const;
const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/**
 * The code that was sent as the n-th of a call, from 0. These are invented callers: no message is really sent, so that
 * what they would read in it follows from who they are. Never do so where callers are real.
 */
export function oneTimeCode(clientId: string, number: number): string {
  return derivedDigits(6, 'one-time code', clientId, number);
}

export function authenticatorDigits(clientId: string): string {
  return derivedDigits(6, 'authenticator', clientId);
}

export function passphrase(clientId: string): string {
  return `${pick(COLOURS, 'colour', clientId)} ${pick(THINGS, 'thing', clientId)}`;
}

/** Undefined where the profile does not tell. */
export function securityAnswer({ phoneLast4, clientSince }: Customer, question: SecurityQuestion): string | undefined {
  return question === 'phone_last_4' ? phoneLast4 : clientSince?.slice(0, 4);
}

/**
 * Whether an answer, as it was said, is the expected one; undefined where it cannot be one at all, such as five digits
 * of six: what was not heard well is not an attempt.
 */
export function matches(answer: string, expected: string): boolean | undefined {
  const isFigure = /^\d+$/.test(expected);
  const said = isFigure ? digitsOf(answer) : wordsOf(answer).join(' ');
  if (isFigure ? said.length !== expected.length : said === '') return undefined;
  return said === expected;
}

/** "four four, one one" and "44-11" are both 4411. */
function digitsOf(answer: string): string {
  return wordsOf(answer)
    .map((word) => (word === 'oh' ? '0' : /^\d+$/.test(word) ? word : DIGITS.indexOf(word)))
    .filter((digit) => digit !== -1)
    .join('');
}

function wordsOf(answer: string): string[] {
  return answer.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
