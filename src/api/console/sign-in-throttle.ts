import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SHARED_STORE, type SharedStore } from '../../store/shared-store';

/** Wrong keys of one client, all processes together, in a window of a minute. */
const MAX_FAILURES = 10;
const WINDOW_SECONDS = 60;

/** An attempt that was counted. */
export interface SignInAttempt {
  readonly isRefused: boolean;
  /** When the next one may be made. */
  readonly retryAfterSeconds: number;
  /** The key was right: it does not count. */
  takeBack(): Promise<void>;
}

/** Keeps keys from being guessed at the console's door. */
@Injectable()
export class SignInThrottle {
  constructor(@Inject(SHARED_STORE) private readonly shared: SharedStore) {}

  /**
   * Counts an attempt before it is looked at, so that many at a time are no way around the bound.
   * @throws ParleyError `store_unavailable`
   */
  async begin(address: string): Promise<SignInAttempt> {
    // Digested: who tries is nothing to keep, and an address can hold what a key cannot.
    const key = `console-sign-in/${createHash('sha256').update(address).digest('hex')}`;
    const { count, remainingSeconds } = await this.shared.countInWindow(key, 1, WINDOW_SECONDS);
    const takeBack = async () => void (await this.shared.countInWindow(key, -1, WINDOW_SECONDS));
    return { isRefused: count > MAX_FAILURES, retryAfterSeconds: Math.ceil(remainingSeconds), takeBack };
  }
}
