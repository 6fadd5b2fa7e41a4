import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import { idSequence, requireSessionId } from '../common/ids';
import { SESSION_STORE, type SessionPlayback, type SessionStore } from '../store/session-store';
import { PlaybackConsumer } from './playback-consumer';

/** Playback queues as those outside this process consume them: every step durable when answered. */
@Injectable()
export class PlaybackService {
  private readonly nextBatchId = idSequence();

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws as {@link SessionStore.readPlayback} */
  read(sessionId: string): Promise<SessionPlayback> {
    return this.store.readPlayback(requireSessionId(sessionId));
  }

  /** @param name a name that no other consumer of the session has */
  consumer(sessionId: string, name: string): PlaybackConsumer {
    const source = {
      sessionId: requireSessionId(sessionId),
      read: () => this.store.readPlayback(sessionId),
      commit: (ops: Parameters<SessionStore['apply']>[1]['ops']) =>
        this.store.apply(sessionId, { id: this.nextBatchId(), ops }),
      nowSeconds: () => nowSeconds(this.clock),
    };
    return new PlaybackConsumer(source, name);
  }
}
