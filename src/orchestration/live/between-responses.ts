import type { RealtimeResponseOptions } from '../realtime';
import type { Floor } from './floor';

/** What is done between responses, each when nothing else is under way. */
export interface BetweenWork {
  /** Brings the session up to date. */
  refresh(): Promise<void>;
  ask(options: RealtimeResponseOptions): void;
  failed(error: unknown): void;
}

/**
 * The safe points of a call. A session is not changed, and nothing asked for, while a response is under way: what is to
 * be done waits here and is done in the order handoff, change, response. A handoff does not wait for the caller to stop,
 * because the answer is the new agent's.
 */
export class BetweenResponses {
  private handoff: (() => Promise<void>) | undefined;
  private isStale = false;
  private wanted: RealtimeResponseOptions | undefined;
  /** Asked for, and not begun. */
  private asked: RealtimeResponseOptions | undefined;
  private isRunning = false;
  private isCalled = false;
  /** No connection: all waits. */
  private isHeld = true;
  private isOver = false;

  constructor(
    private readonly floor: Floor,
    private readonly work: BetweenWork,
  ) {}

  /** Another agent is to be put in charge. */
  handOver(handoff: () => Promise<void>): void {
    this.handoff = handoff;
    this.look();
  }

  /** The session may have to change. */
  refresh(): void {
    this.isStale = true;
    this.look();
  }

  /** The model is to say something; the last wish counts. */
  want(options: RealtimeResponseOptions = {}): void {
    this.wanted = options;
    this.look();
  }

  /** A response begins, which knows all that was said before. */
  began(): void {
    this.wanted = this.asked = undefined;
  }

  /** The caller speaks instead: should the model not answer that by itself, it is asked again. */
  takenBack(): void {
    this.wanted ??= this.asked;
    this.asked = undefined;
    this.floor.takenBack();
  }

  /** The model had another response under way. */
  refused(): void {
    this.wanted ??= this.asked;
    this.asked = undefined;
    this.floor.refused();
  }

  /** What the model was asked for it will not say. */
  connectionLost(): void {
    this.isHeld = true;
    this.wanted ??= this.asked;
    this.asked = undefined;
  }

  connected(): void {
    this.isHeld = false;
    this.look();
  }

  /** Does what can be done now; otherwise somebody calls again. */
  look(): void {
    this.isCalled = true;
    if (!this.isRunning) void this.run();
  }

  end(): void {
    this.isOver = true;
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    // Whoever calls is in the middle of something, be it a change of the memo: first that is done.
    await Promise.resolve();
    while (this.isCalled && !this.isHeld && !this.isOver) {
      this.isCalled = false;
      await this.step().catch((error: unknown) => this.work.failed(error));
    }
    this.isRunning = false;
  }

  private async step(): Promise<void> {
    const { handoff, floor } = this;
    if (handoff && floor.isIdle) {
      this.handoff = undefined;
      await handoff();
    }
    if (this.isStale && floor.isFree) {
      this.isStale = false;
      await this.work.refresh();
    }
    if (this.wanted && floor.isFree && !this.isHeld && !this.isOver) this.ask(this.wanted);
  }

  private ask(options: RealtimeResponseOptions): void {
    this.wanted = undefined;
    this.asked = options;
    this.floor.asked();
    this.work.ask(options);
  }
}
