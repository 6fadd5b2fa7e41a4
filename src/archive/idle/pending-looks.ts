import type { Logger } from '@nestjs/common';
import { describeError } from '../../common/logging/describe-error';
import type { ExpiryWheel, Look } from './expiry-wheel';

/** Notes are written at once; those that come while others are written go together. What fails waits for `flush`. */
export class PendingLooks {
  private pending = new Map<string, Look>();
  private writing: Promise<void> | undefined;
  private failing = false;

  constructor(
    private readonly wheel: Pick<ExpiryWheel, 'note'>,
    private readonly logger: Pick<Logger, 'warn'>,
  ) {}

  /** Sessions that are not noted yet, apart from those that are being written. */
  get size(): number {
    return this.pending.size;
  }

  add(look: Look): void {
    this.pending.set(look.sessionId, look);
    if (!this.failing) void this.flush();
  }

  /** Writes what waits, or shares what is under way. Never rejects. */
  flush(): Promise<void> {
    this.writing ??= this.write().finally(() => (this.writing = undefined));
    return this.writing;
  }

  private async write(): Promise<void> {
    while (this.pending.size > 0) {
      const taken = this.pending;
      this.pending = new Map();
      try {
        await this.wheel.note([...taken.values()]);
        this.failing = false;
      } catch (error) {
        this.pending = new Map([...taken, ...this.pending]);
        if (!this.failing)
          this.logger.warn({ msg: 'expiries cannot be noted; they are kept', err: describeError(error) });
        this.failing = true;
        return;
      }
    }
  }
}
