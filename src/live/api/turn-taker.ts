import { ParleyError } from '../../common/parley-error';
import type { ClientFrameOf } from '../frames/client-frames';
import type { TurnRunner } from '../turn-runner';
import type { LiveSocket } from './live-socket';

/** The turns that one socket has taken. */
export class TurnTaker {
  private readonly running = new Map<AbortController, string>();

  constructor(
    private readonly socket: LiveSocket,
    private readonly runner: TurnRunner | undefined,
  ) {}

  /** Answers with what happens in the turn. Rejects with what the turn is refused with. */
  async take({ id, sessionId, transcript, turnId, speechEndedAgoSeconds }: ClientFrameOf<'turn.take'>): Promise<void> {
    if (!this.runner) throw new ParleyError('feature_disabled', 'Nothing here runs turns.');
    const stop = new AbortController();
    this.running.set(stop, sessionId);
    const said = {
      ...(turnId !== undefined && { turnId }),
      ...(speechEndedAgoSeconds !== undefined && { speechEndedAgoSeconds }),
    };
    try {
      for await (const event of this.runner.processTurn(sessionId, transcript, { ...said, signal: stop.signal })) {
        const type = ENDS.includes(event.type) ? 'turn.ended' : 'turn.event';
        this.socket.frame({ id, type, sessionId, event });
      }
    } finally {
      this.running.delete(stop);
    }
  }

  cancel({ id, sessionId }: ClientFrameOf<'turn.cancel'>): void {
    for (const [stop, of] of this.running) if (of === sessionId) stop.abort();
    this.socket.frame({ id, type: 'turn.cancelled', sessionId });
  }

  /** The socket is gone, or the service stops: nobody hears the rest. */
  stop(): void {
    for (const stop of this.running.keys()) stop.abort();
  }
}

/** Types of the last event of a turn. */
const ENDS: readonly string[] = ['completed', 'interrupted', 'failed'];
