import { playbackMessageView, type PlaybackService } from '../../playback';
import type { ClientFrameOf } from '../frames/client-frames';
import type { LiveSocket } from './live-socket';

export type PlaybackFrame = ClientFrameOf<'playback.next' | 'playback.done' | 'playback.failed'>;

/** One socket as a consumer of playback queues. */
export class Player {
  constructor(
    private readonly socket: LiveSocket,
    private readonly playback: PlaybackService,
    /** A name that no other socket of any process has. */
    private readonly name: string,
  ) {}

  /** Rejects as the consumer's steps do. */
  async answer(frame: PlaybackFrame): Promise<void> {
    const { id, sessionId, consumer: name = this.name } = frame;
    const consumer = this.playback.consumer(sessionId, name);
    if (frame.type === 'playback.next') {
      const next = await consumer.next(frame.leaseSeconds);
      return this.socket.frame({
        id,
        type: 'playback.message',
        sessionId,
        message: next ? playbackMessageView(next) : null,
      });
    }
    const { number } = frame;
    const settled = await (frame.type === 'playback.done'
      ? consumer.done(number, frame.offset)
      : consumer.failed(number));
    this.socket.frame({ id, type: 'playback.settled', sessionId, ...settled });
  }
}
