import { endingEvent, withinGrace } from '../ending';
import type { FeedEvent } from '../session-store';

/** Published before a session is ended, and by each process that has written what it had of it. */
const ENDING = 'ending';
const FLUSHED = 'flushed';

/** Publishes on a session's channel; says how many connections were reached. */
export type Publish = (sessionId: string, message: string) => Promise<number>;

/** How processes agree that a session can be ended: one announces it, each that listens writes and says so. */
export class EndAnnouncements {
  /** Who waits for acknowledgements, by session. */
  private readonly waiting = new Map<string, Set<() => void>>();

  constructor(
    private readonly publish: Publish,
    private readonly onError: (error: unknown) => void,
  ) {}

  /**
   * Tells every process that listens to a session that it is about to end, and waits for each to have written what it
   * had, within bounds. Whoever calls it listens to the session itself.
   */
  async announce(sessionId: string): Promise<void> {
    const acknowledgements = this.count(sessionId);
    try {
      await acknowledgements.reach(await this.publish(sessionId, ENDING));
    } finally {
      acknowledgements.stop();
    }
  }

  /** Takes a message of the channel; false where it is none of these. */
  take(sessionId: string, message: string, emit: (event: FeedEvent) => void): boolean {
    if (message === ENDING) void this.tell(sessionId, emit);
    else if (message === FLUSHED) this.waiting.get(sessionId)?.forEach((acknowledge) => acknowledge());
    else return false;
    return true;
  }

  private async tell(sessionId: string, emit: (event: FeedEvent) => void): Promise<void> {
    const ending = endingEvent();
    emit(ending.event);
    await ending.settled();
    await this.publish(sessionId, FLUSHED).catch(this.onError);
  }

  private count(sessionId: string) {
    let count = 0;
    let expected = Infinity;
    let reached: () => void = () => undefined;
    const acknowledge = () => {
      count += 1;
      if (count >= expected) reached();
    };
    const others = this.waiting.get(sessionId) ?? new Set();
    this.waiting.set(sessionId, others.add(acknowledge));
    return {
      reach: (processes: number) =>
        withinGrace(
          new Promise<void>((resolve) => {
            expected = processes;
            reached = resolve;
            if (count >= expected) resolve();
          }),
        ),
      stop: () => {
        others.delete(acknowledge);
        if (others.size === 0) this.waiting.delete(sessionId);
      },
    };
  }
}
