import { type LiveChange, type LiveState, ParleyLiveClient } from '../../src/client';

/** Contents of a session's messages, by thread, in their order. */
export type Threads = Map<string, string[]>;

/** Somebody attached to all sessions at one process: knows of each what it was told. */
export class Follower {
  private readonly client: ParleyLiveClient;
  private readonly sessions = new Map<string, Threads>();

  constructor(readonly url: string) {
    this.client = new ParleyLiveClient({ url, backoff: { firstMs: 50, longestMs: 500 } });
  }

  async follow(sessionIds: readonly string[]): Promise<void> {
    await this.client.connect();
    await Promise.all(
      sessionIds.map((sessionId) =>
        this.client.attach(sessionId, {
          onState: (state) => this.sessions.set(sessionId, threadsOf(state)),
          onChange: (change) => append(this.threads(sessionId), change),
        }),
      ),
    );
  }

  threads(sessionId: string): Threads {
    let threads = this.sessions.get(sessionId);
    if (!threads) this.sessions.set(sessionId, (threads = new Map<string, string[]>()));
    return threads;
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

export function threadsOf({ history }: Pick<LiveState, 'history'>): Threads {
  return new Map(Object.entries(history).map(([agent, thread]) => [agent, thread.map(({ content }) => content)]));
}

function append(threads: Threads, { ops }: LiveChange): void {
  for (const op of ops) {
    if (op.op !== 'append') continue;
    const thread = threads.get(op.agent);
    if (thread) thread.push(op.content);
    else threads.set(op.agent, [op.content]);
  }
}
