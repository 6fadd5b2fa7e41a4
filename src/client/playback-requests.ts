import { connectionLost, LiveError, refusalOf } from './live-error';
import type { AnswerFrame, LivePlaybackMessage, LiveSettled } from './live-frames';
import type { LivePlayback } from './live-handle';
import type { LiveSocket } from './live-socket';
import { Deferred } from './promises';

/** Asks for what is to be spoken, as one consumer over all connections. */
export class PlaybackRequests implements LivePlayback {
  private readonly underWay = new Set<Deferred<AnswerFrame>>();
  private socket: LiveSocket | undefined;

  constructor(
    private readonly sessionId: string,
    /** A name that no other consumer has. */
    private readonly consumer: string,
  ) {}

  up(socket: LiveSocket): void {
    this.socket = socket;
  }

  /** What is under way may have been done or not: whoever asked is told. */
  down(): void {
    this.socket = undefined;
    for (const answer of this.underWay) answer.reject(connectionLost());
    this.underWay.clear();
  }

  async next(leaseSeconds?: number): Promise<LivePlaybackMessage | null> {
    const frame = await this.ask('playback.next', { leaseSeconds });
    return frame.type === 'playback.message' ? frame.message : null;
  }

  done(number: number, offset?: number): Promise<LiveSettled> {
    return this.settle('playback.done', { number, offset });
  }

  failed(number: number): Promise<LiveSettled> {
    return this.settle('playback.failed', { number });
  }

  private async settle(type: string, members: object): Promise<LiveSettled> {
    const frame = await this.ask(type, members);
    if (frame.type !== 'playback.settled') throw new LiveError('unexpected_answer', 'the service answered otherwise');
    const { number, state, retryAt } = frame;
    return retryAt === undefined ? { number, state } : { number, state, retryAt };
  }

  private async ask(type: string, members: object): Promise<AnswerFrame> {
    const { socket, sessionId, consumer } = this;
    if (!socket) throw connectionLost();
    const answer = new Deferred<AnswerFrame>();
    this.underWay.add(answer);
    socket.request(JSON.stringify({ type, sessionId, consumer, ...members }), (frame) => answer.resolve(frame));
    try {
      const frame = await answer.promise;
      if (frame.type === 'error') throw refusalOf(frame);
      return frame;
    } finally {
      this.underWay.delete(answer);
    }
  }
}
