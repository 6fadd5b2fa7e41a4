import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../../common/clock';
import { idSequence, requireSessionId } from '../../common/ids';
import { describeError } from '../../common/logging/describe-error';
import { isParleyError } from '../../common/parley-error';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { type StageTimer, StageTimers } from '../../latency';
import type { MemoManager } from '../../memo';
import { CallAgents, LingeringMemos } from '../call';
import { CHAT_MODEL, type ChatModel } from '../models';
import { ToolRegistry } from '../tools';
import { isReplyHeard } from './reply-heard';
import { ReplyWatch } from './reply-watch';
import { RunningTurn } from './running-turn';
import { Turn } from './turn';
import type { TurnEvent, TurnEventBody } from './turn-event';
import type { TurnOptions } from './turn-options';
import { TurnOrder } from './turn-order';
import { TurnSpeech } from './turn-speech';

/**
 * Runs the turns of calls in which speech goes through text: a final transcript comes in, sentences to be spoken go out,
 * as events and through the session's playback queue.
 */
@Injectable()
export class CascadeOrchestratorAdapter {
  private readonly logger = new Logger('Turns');
  private readonly order: TurnOrder;
  private readonly nextTurnId = idSequence();
  /** Replies of turns that are over and may still be heard, by session. */
  private readonly replies = new Map<string, ReplyWatch>();

  constructor(
    private readonly memos: LingeringMemos,
    private readonly agents: CallAgents,
    private readonly registry: ToolRegistry,
    private readonly timers: StageTimers,
    @Inject(CHAT_MODEL) private readonly model: ChatModel,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PARLEY_CONFIG) private readonly config: Pick<ParleyConfig, 'turns'>,
  ) {
    this.order = new TurnOrder(config.turns, () => nowSeconds(clock));
  }

  /**
   * One turn: what happens in it, as it happens. Its last event says how it ended; `completed` comes when everything of it
   * is durable. Who stops iterating ends the turn, and what was said until then stays.
   * @throws ParleyError as {@link SessionStore.load}, and `lease_held` where the turn before does not end in time
   */
  async *processTurn(
    sessionId: string,
    transcript: string,
    options: TurnOptions = {},
  ): AsyncGenerator<TurnEvent, void, undefined> {
    const memo = await this.memos.take(requireSessionId(sessionId));
    const turnId = options.turnId ?? `turn-${this.nextTurnId()}`;
    try {
      for await (const event of this.turn(memo, transcript, turnId, options)) yield { turnId, ...event };
    } finally {
      this.memos.done(memo);
    }
  }

  private async *turn(
    memo: MemoManager,
    transcript: string,
    turnId: string,
    options: TurnOptions,
  ): AsyncGenerator<TurnEventBody, void, undefined> {
    const startedMs = this.clock.monotonicMs();
    const lease = await this.order.begin(memo, turnId);
    const running = new RunningTurn(memo, lease, this.config.turns.leaseSeconds, options.signal);
    this.settle(memo);
    const { epoch } = memo;
    const speech = new TurnSpeech(memo, turnId, epoch);
    const timer = this.timers.of(memo, turnId);
    const audible = this.whenAudible(memo, speech, timer, startedMs, options);
    const parts = { memo, agents: this.agents, model: this.model, registry: this.registry, timer, speech };
    let turn: Turn | undefined;
    let failure: unknown;
    try {
      turn = new Turn({ ...parts, signal: running.signal }, transcript);
      yield* turn.run();
    } catch (error) {
      failure = error;
    } finally {
      running.end();
      memo.persistBackground();
      this.watch(memo, speech, epoch, audible);
    }
    failure = running.lost ?? failure ?? (await this.unwritten(memo));
    yield this.outcome(memo, speech, turn?.agentName ?? '', running.signal.aborted, failure);
  }

  /** The caller has said something and is done: the call goes on, and what was never played of the reply before is over. */
  private settle(memo: MemoManager): void {
    if (memo.isTtsInterrupted()) memo.setTtsInterrupted(false);
    if (!isReplyHeard(memo)) memo.playback.clearQueue();
  }

  /** How the turn ended. */
  private outcome(
    { sessionId }: MemoManager,
    speech: TurnSpeech,
    agent: string,
    isStopped: boolean,
    failure: unknown,
  ): TurnEventBody {
    const { generated, heard } = speech.summary();
    if (failure === undefined) {
      if (isStopped) return { type: 'interrupted', agent, heard, generated };
      return { type: 'completed', agent, reply: generated };
    }
    const known = isParleyError(failure) ? failure : undefined;
    const code = known?.code ?? 'internal_error';
    this.logger.error({ msg: 'a turn failed', sessionId, code, err: describeError(failure) });
    return { type: 'failed', agent, code, retryable: known?.retryable ?? false, reply: generated };
  }

  /** Why not everything is durable; that late speech was withdrawn is how an interruption ends. */
  private async unwritten(memo: MemoManager): Promise<unknown> {
    try {
      await memo.persist();
      return undefined;
    } catch (error) {
      return isParleyError(error, 'epoch_passed') ? undefined : error;
    }
  }

  /** Follows the reply as long as it may be heard. */
  private watch(memo: MemoManager, speech: TurnSpeech, epoch: number, stopTiming: () => void): void {
    this.replies.get(memo.sessionId)?.stop();
    const watch = new ReplyWatch(memo, speech, epoch, (over) => {
      stopTiming();
      if (this.replies.get(memo.sessionId) === over) this.replies.delete(memo.sessionId);
    });
    this.replies.set(memo.sessionId, watch);
    watch.start();
  }

  /** The first part that is taken to be played is when the agent becomes audible: `turn_e2e`. Returns how to stop. */
  private whenAudible(
    memo: MemoManager,
    speech: TurnSpeech,
    timer: StageTimer,
    startedMs: number,
    { speechEndedAgoSeconds = 0 }: TurnOptions,
  ): () => void {
    const stop = memo.onChange(() => {
      if (speech.count === 0) return;
      speech.parts.follow(memo);
      if (!speech.parts.isTaken) return;
      stop();
      timer.record('turn_e2e', speechEndedAgoSeconds + (this.clock.monotonicMs() - startedMs) / 1000);
      memo.persistBackground();
    });
    return stop;
  }
}
