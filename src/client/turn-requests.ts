import { connectionLost, type LiveError, refusalOf } from './live-error';
import type { AnswerFrame, LiveTurnEvent } from './live-frames';
import type { LiveSocket } from './live-socket';

export interface TurnTakingOptions {
  readonly turnId?: string;
  /** How long ago the caller stopped to speak. */
  readonly speechEndedAgoSeconds?: number;
}

/** Turns that are under way over the present connection. */
export class TurnRequests {
  private readonly underWay = new Set<EventQueue>();
  private socket: LiveSocket | undefined;

  constructor(private readonly sessionId: string) {}

  up(socket: LiveSocket): void {
    this.socket = socket;
  }

  /** A turn goes on in the service or not: nobody here learns of it. */
  down(): void {
    this.socket = undefined;
    for (const events of this.underWay) events.fail(connectionLost());
    this.underWay.clear();
  }

  async *take(transcript: string, options: TurnTakingOptions = {}): AsyncGenerator<LiveTurnEvent, void, undefined> {
    const { socket, sessionId } = this;
    if (!socket) throw connectionLost();
    const events = new EventQueue();
    this.underWay.add(events);
    let isOver = false;
    socket.request(JSON.stringify({ type: 'turn.take', sessionId, transcript, ...options }), (frame) =>
      events.add(frame),
    );
    try {
      for (;;) {
        const frame = await events.next();
        isOver = frame.type !== 'turn.event';
        if (frame.type === 'error') throw refusalOf(frame);
        if (frame.type === 'turn.event' || frame.type === 'turn.ended') yield frame.event;
        if (isOver) return;
      }
    } finally {
      this.underWay.delete(events);
      // Whoever stops listening ends the turn.
      if (!isOver) this.socket?.request(JSON.stringify({ type: 'turn.cancel', sessionId }), () => undefined);
    }
  }
}

/** Frames that wait for somebody who takes one at a time. */
class EventQueue {
  private readonly frames: AnswerFrame[] = [];
  private failure: LiveError | undefined;
  private wake: (() => void) | undefined;

  add(frame: AnswerFrame): void {
    this.frames.push(frame);
    this.wake?.();
  }

  fail(error: LiveError): void {
    this.failure = error;
    this.wake?.();
  }

  async next(): Promise<AnswerFrame> {
    for (;;) {
      const frame = this.frames.shift();
      if (frame) return frame;
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
