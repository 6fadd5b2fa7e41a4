import type { Op } from '../../src/store/ops';
import { threadMessages } from '../../src/store/session-state';
import type { FeedEvent, SessionStore } from '../../src/store/session-store';

/** Between attempts of a write that was refused for now. */
const RETRY_MS = 20;
const AGENT = 'a';

/**
 * Appends numbered messages to one session, one after the other, as a client is told to: what is refused as retryable is
 * sent again under the same batch id until it is acknowledged.
 */
export class SteadyWriter {
  /** Contents that the store has acknowledged, and when, on the monotonic clock. */
  readonly acknowledged: { readonly content: string; readonly atMs: number }[] = [];
  private isStopped = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly store: SessionStore,
    private readonly sessionId: string,
  ) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves when the last write is acknowledged; rejects if one was refused for good. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    for (let number = 1; !this.isStopped; number += 1) {
      const content = `message ${number}`;
      await this.write(`batch-${number}`, { op: 'append', agent: AGENT, role: 'user', content });
      this.acknowledged.push({ content, atMs: performance.now() });
    }
  }

  private async write(id: string, op: Op): Promise<void> {
    for (;;) {
      try {
        await this.store.apply(this.sessionId, { id, ops: [op] });
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== 'store_unavailable') throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

export async function storedContents(store: SessionStore, sessionId: string): Promise<string[]> {
  return threadMessages((await store.load(sessionId)).history.get(AGENT)).map(({ content }) => content);
}

/**
 * What a listener knows of a session: the revisions it was told of, in the order in which they came, and how often it was
 * told to look for itself.
 */
export class Follower {
  readonly revisions: number[] = [];
  gaps = 0;

  readonly listener = (event: FeedEvent): void => {
    if (event.kind === 'gap') this.gaps += 1;
    if (event.kind === 'change') this.revisions.push(event.revision);
  };

  get isInOrder(): boolean {
    return this.revisions.every((revision, index) => index === 0 || revision > (this.revisions[index - 1] ?? 0));
  }
}
