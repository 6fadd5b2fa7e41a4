/** Before the session expires, seconds: time to write what is pending, which keeps it. */
const MARGIN_SECONDS = 1;
/** A timer holds no more than 24 days; asking again now and then costs nothing. */
const LONGEST_WAIT_MS = 3_600_000;
/** The server's clock decides about the end: a look comes this much after it. */
const GRACE_MS = 500;

export interface ExpiringSession {
  /** Seconds since the epoch; null: does not expire, as far as is known. */
  expiresAt(): number | null;
  nowSeconds(): number;
  /** The session is about to expire. */
  onNear?(): void;
  /** It has expired, unless somebody has written in the meantime. Told again, ever more rarely, until it is stopped. */
  onDue(): void;
}

/** Notices the idle expiry of a session, of which no store tells: changes move it on, silence ends it. */
export class ExpiryWatch {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly session: ExpiringSession) {
    this.arm();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private arm(): void {
    const expiresAt = this.session.expiresAt();
    const leftMs = expiresAt === null ? LONGEST_WAIT_MS : (expiresAt - this.session.nowSeconds()) * 1000;
    const nearMs = leftMs - MARGIN_SECONDS * 1000;
    // Half of what it is overdue by: a server whose clock is far behind is not asked twice a second until it agrees.
    const waitMs = nearMs > 0 ? nearMs : Math.max(leftMs, -leftMs / 2) + GRACE_MS;
    this.timer = setTimeout(() => this.look(), Math.min(waitMs, LONGEST_WAIT_MS)).unref();
  }

  private look(): void {
    const expiresAt = this.session.expiresAt();
    const leftSeconds = expiresAt === null ? Infinity : expiresAt - this.session.nowSeconds();
    if (leftSeconds <= 0) this.session.onDue();
    else if (leftSeconds <= MARGIN_SECONDS) this.session.onNear?.();
    this.arm();
  }
}
