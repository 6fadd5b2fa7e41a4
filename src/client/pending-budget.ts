import { LiveError } from './live-error';

/** The batches that a client holds, of all its sessions, and how it fared with them. */
export class PendingBudget {
  private held = 0;
  /** Batches that were sent once more. */
  resends = 0;

  constructor(private readonly most: number) {}

  /** @throws LiveError `too_many_pending` */
  take(): void {
    if (this.held >= this.most) {
      const message = `${this.most} batches are waiting to become durable; wait for some of them`;
      throw new LiveError('too_many_pending', message, true);
    }
    this.held += 1;
  }

  give(): void {
    this.held -= 1;
  }
}
