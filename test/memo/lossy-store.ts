import type { Batch, Receipt, SessionStore } from '../../src/store/session-store';
import { HeldStore, unavailable } from '../support/held-store';

/** What befalls a write: it does not arrive, or its answer does not. */
export type WriteFault = 'unsent' | 'unanswered';
/** What befalls a notification: it is lost, or others overtake it. */
export type FeedFault = 'lost' | 'late';

/** A store over a bad network: the next writes and notifications go wrong as they are told to. */
export class LossyStore extends HeldStore {
  private writeFaults: WriteFault[] = [];
  private feedFaults: FeedFault[] = [];

  constructor(inner: SessionStore) {
    super(inner);
    this.onFeed = (_event, deliver) => {
      const fault = this.feedFaults.shift();
      if (fault === 'late') setImmediate(deliver);
      else if (fault !== 'lost') deliver();
    };
  }

  breakWrites(faults: readonly WriteFault[]): void {
    this.writeFaults.push(...faults);
  }

  breakFeed(faults: readonly FeedFault[]): void {
    this.feedFaults.push(...faults);
  }

  heal(): void {
    this.writeFaults = [];
    this.feedFaults = [];
  }

  override async apply(sessionId: string, batch: Batch): Promise<Receipt> {
    const fault = this.writeFaults.shift();
    if (fault === 'unsent') throw unavailable();
    const receipt = await super.apply(sessionId, batch);
    if (fault === 'unanswered') throw unavailable();
    return receipt;
  }
}
