import { ParleyError } from '../common/parley-error';
import { isName } from './ops';

const KEY = /^[A-Za-z0-9._:/-]{1,200}$/;

/**
 * Under what the two stores keep what belongs to no session; Redis has it behind the prefix of all keys. `~` cannot
 * stand in a session id, so no session can have such a key.
 */
export const SHARED_KEY = {
  documents: (collection: string) => `~documents:${checked(collection)}`,
  counters: (key: string) => `~counters:${checked(key)}`,
  window: (key: string) => `~window:${checked(key)}`,
  /** A channel, and no key. */
  notices: (topic: string) => `~notices:${checked(topic)}`,
};

export function isSharedKey(key: string): boolean {
  return key.startsWith('~');
}

function checked(key: string): string {
  if (KEY.test(key)) return key;
  throw refused('/key', 'must be 1 to 200 characters of A-Z a-z 0-9 . _ : / -');
}

/** @throws ParleyError `validation_failed` for what cannot name a document or a counter */
export function checkName(name: string): void {
  if (!isName(name)) throw refused('/name', 'must be 1 to 256 characters without control characters');
}

/** @throws ParleyError `validation_failed` for what the stores would not add up alike */
export function checkAmount(amount: number): void {
  if (!Number.isSafeInteger(amount)) throw refused('/amount', 'must be a whole number');
}

/** @throws ParleyError `validation_failed` */
export function checkCounts(counts: ReadonlyMap<string, number>): void {
  for (const [name, amount] of counts) {
    checkName(name);
    checkAmount(amount);
  }
}

function refused(path: string, message: string): ParleyError {
  return new ParleyError('validation_failed', 'The store does not take this name or number.', {
    errors: [{ path, message }],
  });
}
