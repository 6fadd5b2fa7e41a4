import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { CLOCK, type Clock } from '../../common/clock';
import { ParleyError } from '../../common/parley-error';
import { StageTimers } from '../../latency';
import { MemoService } from '../../memo';
import { CallAgents } from '../call';
import { REALTIME_MODEL, type RealtimeModel } from '../realtime';
import { LeaseKeeper } from './lease-keeper';
import { LiveConversation, type LiveOptions } from './live-conversation';
import type { LiveEnvironment } from './live-parts';

/** Leads calls with a realtime model: one conversation a session, in whichever process. */
@Injectable()
export class LiveOrchestrator implements OnModuleDestroy {
  private readonly environment: LiveEnvironment;
  private readonly running = new Set<LiveConversation>();

  constructor(
    memos: MemoService,
    calls: CallAgents,
    timers: StageTimers,
    @Inject(REALTIME_MODEL) model: RealtimeModel,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.environment = { memos, calls, timers, model, clock };
  }

  /**
   * Begins to lead a call, or goes on with one, however it was led before. Resolves when the model is ready; the agent
   * then greets a caller who is new, or carries out the handoff that was asked for.
   * @throws ParleyError `lease_held` where the call is led already; `feature_disabled` without a realtime model;
   * `model_refused`, `model_unavailable`, `model_timeout`; `template_failed`; `wait_aborted`; as
   * {@link MemoService.restore}. The session is intact then, and free for another attempt.
   */
  async start(sessionId: string, options: LiveOptions): Promise<LiveConversation> {
    if (options.signal?.aborted) throw new ParleyError('wait_aborted', 'The conversation was given up.');
    const conversation = await this.open(sessionId, options);
    this.running.add(conversation);
    return conversation;
  }

  /** Before the memos are closed. */
  async onModuleDestroy(): Promise<void> {
    await Promise.allSettled([...this.running].map((conversation) => conversation.close()));
  }

  private async open(sessionId: string, { onEvent, signal }: LiveOptions): Promise<LiveConversation> {
    const { memos } = this.environment;
    const memo = await memos.restore(sessionId);
    const lease = await LeaseKeeper.take(memo).catch(async (error: unknown) => {
      await memos.release(memo).catch(() => undefined);
      throw error;
    });
    const options: LiveOptions = {
      ...(signal && { signal }),
      onEvent: (event) => {
        if (event.type === 'closed') this.forget(sessionId);
        onEvent(event);
      },
    };
    return LiveConversation.open(this.environment, memo, lease, options);
  }

  private forget(sessionId: string): void {
    for (const conversation of this.running) {
      if (conversation.sessionId === sessionId) this.running.delete(conversation);
    }
  }
}
