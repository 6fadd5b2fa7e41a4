import { type Clock, nowSeconds } from '../../common/clock';
import { ExpiryWatch } from '../../store/expiry-watch';
import type { SessionState } from '../../store/session-state';
import type { Change } from '../../store/session-store';

/**
 * When a session expires, as far as what was told of it says, and a look at that time while somebody listens. Of a
 * session without a known time to live nothing is known until it is read again.
 */
export class IdleExpiry {
  private ttlSeconds: number | null = null;
  private expiresAt: number | null = null;
  private watch: ExpiryWatch | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onDue: () => void,
  ) {}

  /** Whether the session has expired, unless somebody has written of whom we have not been told. */
  get isDue(): boolean {
    return this.expiresAt !== null && this.expiresAt <= nowSeconds(this.clock);
  }

  read({ ttlSeconds, expiresAt }: Pick<SessionState, 'ttlSeconds' | 'expiresAt'>): void {
    this.ttlSeconds = ttlSeconds;
    this.expiresAt = expiresAt;
    if (this.watch) this.start();
  }

  /** Every change begins the session's time anew; the watch notices it when it looks. */
  changed({ at }: Pick<Change, 'at'>): void {
    if (this.ttlSeconds !== null) this.expiresAt = at + this.ttlSeconds;
  }

  start(): void {
    this.stop();
    this.watch = new ExpiryWatch({
      expiresAt: () => this.expiresAt,
      nowSeconds: () => nowSeconds(this.clock),
      onDue: this.onDue,
    });
  }

  stop(): void {
    this.watch?.stop();
    this.watch = undefined;
  }
}
