import type { MemoManager } from '../../memo';
import type { BetweenResponses } from './between-responses';
import type { Floor } from './floor';
import type { LiveCall } from './live-call';
import type { InterruptionCause } from './live-event';
import type { LiveHistory } from './live-history';
import type { LiveTurn } from './live-turns';
import type { ModelLine } from './model-line';
import type { Cut, SpokenReplies } from './spoken-replies';

export interface Speech {
  readonly line: ModelLine;
  readonly floor: Floor;
  readonly replies: SpokenReplies;
  readonly history: LiveHistory;
  readonly between: BetweenResponses;
}

/** The agent falls silent: in the model, at the client, in every process that holds the session, and in the history. */
export class LiveBargeIn {
  /** The turn that was interrupted, until the client says that it is silent. */
  private stopping: LiveTurn | undefined;
  private isRaising = false;
  private readonly stopListening: () => void;

  constructor(
    private readonly call: LiveCall,
    private readonly speech: Speech,
  ) {
    this.stopListening = call.memo.onInterruption((value) => {
      // The memo is in the middle of a change.
      if (value && !this.isRaising) queueMicrotask(() => this.byOthers());
    });
  }

  /** The caller begins to speak, or has typed something. Without anything to interrupt it is no interruption. */
  byCaller(): void {
    const { floor, replies, between } = this.speech;
    const isHeard = replies.isAny;
    if (!isHeard && floor.isIdle) return;
    between.takenBack();
    const stored = this.fallSilent('barge_in');
    if (!isHeard) return;
    this.stopping = this.call.turns.current;
    this.stopping.begin('barge_in_stop');
    this.raise(stored);
  }

  /** Nobody hears the rest: the call is over, or its connection is. */
  async byEnd(cause: InterruptionCause): Promise<void> {
    await this.truncate(this.fallSilent(cause));
  }

  /** The flag says that the caller interrupts: that is over when the caller is silent, or the agent speaks again. */
  resume(): void {
    const { memo } = this.call;
    if (memo.isTtsInterrupted()) memo.setTtsInterrupted(false);
    memo.persistBackground();
  }

  /** The client is silent. */
  playbackStopped(): void {
    this.stopping?.end('barge_in_stop');
    this.stopping = undefined;
  }

  close(): void {
    this.stopListening();
  }

  private byOthers(): void {
    try {
      void this.truncate(this.fallSilent('interrupted'));
    } catch (error) {
      this.call.failed(error);
    }
  }

  /** @returns what was not heard to its end and is stored already */
  private fallSilent(cause: InterruptionCause): Cut[] {
    const { line, floor, replies, history } = this.speech;
    line.cancelResponse();
    floor.takenBack();
    const cuts = replies.cut();
    for (const { reply, heardMs } of cuts) {
      if (reply.audioBytes > 0) line.truncate(reply.itemId, reply.contentIndex, heardMs);
    }
    const [first] = cuts;
    if (first) {
      const { reply, heard, generated } = first;
      this.call.emit({ type: 'interrupted', cause, agent: reply.agent, heard, generated });
    }
    return cuts.filter((cut) => !history.cut(cut, cause));
  }

  /** One step tells every process of the interruption, and cuts the reply that was being heard. */
  private raise(stored: readonly Cut[]): void {
    const { memo } = this.call;
    const [first, ...others] = stored;
    const seq = first && storedNumber(memo, first);
    const spoken = first && seq ? { seq, characters: first.heard.length } : undefined;
    this.isRaising = true;
    memo.setTtsInterrupted(true, { cause: 'barge_in', ...(spoken && { spoken }) });
    this.isRaising = false;
    memo.persistBackground();
    void this.truncate(spoken ? others : stored);
  }

  /** Replies are cut by the numbers that the store gives them, which it may not have done yet. */
  private async truncate(cuts: readonly Cut[]): Promise<void> {
    const { memo } = this.call;
    if (cuts.some((cut) => storedNumber(memo, cut) === null)) await memo.persist().catch(() => undefined);
    try {
      for (const cut of cuts) {
        const seq = storedNumber(memo, cut);
        if (seq && !isCut(memo, cut)) memo.truncateMessage(seq, cut.heard, 'barge_in');
      }
      memo.persistBackground();
    } catch (error) {
      this.call.failed(error);
    }
  }
}

/** Null: the store has not numbered it yet. Undefined: there is no such message. */
function storedNumber(memo: MemoManager, cut: Cut): number | null | undefined {
  return messageOf(memo, cut)?.seq;
}

/** Whoever interrupted can have said what was heard. */
function isCut(memo: MemoManager, cut: Cut): boolean {
  return messageOf(memo, cut)?.meta?.['interrupted'] !== undefined;
}

function messageOf(memo: MemoManager, { reply }: Cut) {
  return memo.getHistory(reply.agent).findLast(({ meta }) => meta?.['itemId'] === reply.itemId);
}
