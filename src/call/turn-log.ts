import type { TurnEvent } from '../orchestration/cascade';
import type { Screen } from './screen';
import type { Signal } from './signal';

/**
 * What has happened in a turn. Events come as fast as the model works and speech takes its time: each is shown when the
 * speech has come to where it happened.
 */
export class TurnLog {
  private readonly waiting: TurnEvent[] = [];
  private last: TurnEvent | undefined;
  private ended = false;

  constructor(
    private readonly screen: Screen,
    private readonly news: Signal,
  ) {}

  get turnId(): string {
    return this.last?.turnId ?? '';
  }

  get isOver(): boolean {
    return this.ended;
  }

  /** Reads a turn to its end. Rejects as the turn does. */
  async read(events: AsyncIterable<TurnEvent>): Promise<void> {
    try {
      for await (const event of events) {
        this.last = event;
        this.waiting.push(event);
        this.news.give();
      }
    } finally {
      this.ended = true;
      this.news.give();
    }
  }

  /** Shows what happened before this part of the speech. */
  showUntil(part: number): void {
    for (;;) {
      const [next] = this.waiting;
      if (!next || (next.type === 'sentence' && next.part >= part)) return;
      this.show(next);
      this.waiting.shift();
    }
  }

  showRest(): void {
    this.showUntil(Infinity);
  }

  private show(event: TurnEvent): void {
    switch (event.type) {
      case 'toolStarted':
        return this.screen.note(`· ${event.tool}`);
      case 'toolEnded':
        return event.ok ? undefined : this.screen.note(`· ${event.tool} failed`);
      case 'handoff':
        return this.screen.note(`→ ${event.from} hands over to ${event.to}`);
      case 'failed':
        return this.screen.note(`! the turn failed: ${event.code}`);
      case 'sentence':
      case 'agentChanged':
      case 'interrupted':
      case 'completed':
        return undefined;
    }
  }
}
