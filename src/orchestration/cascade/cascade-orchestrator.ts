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
import { earlierAttempt } from './earlier-attempt';
import { EventStream } from './event-stream';
import { ReplyWatch } from './reply-watch';
import type { RunningTurn } from './running-turn';
import { Turn } from './turn';
import type { TurnEvent, TurnEventBody } from './turn-event';
import type { TurnOptions } from './turn-options';
import { TurnOrder } from './turn-order';
import { TurnSpeech } from './turn-speech';

/** A turn as it was asked for. */
interface AskedTurn extends Omit<TurnOptions, 'signal'> {
  readonly turnId: string;
  /** By who asked for it, who may ask again. */
  readonly isNamed: boolean;
  readonly transcript: string;
  /** When it was asked for, on the monotonic clock. */
  readonly startedMs: number;
  readonly stops: readonly AbortSignal[];
  readonly emit: (event: TurnEventBody) => void;
}

/**
 * Runs the turns of calls in which speech goes through text: a final transcript comes in, sentences to be spoken go out,
 * as events and through the session's playback queue.
 */
@Injectable()
export class CascadeOrchestratorAdapter {
  private readonly logger = new Logger('Turns');
  private readonly order: TurnOrder;
  private readonly nextTurnId = idSequence();
  /** Replies that may still be heard, by session. */
  private readonly replies = new Map<string, ReplyWatch>();

  constructor(
    private readonly memos: LingeringMemos,
    private readonly agents: CallAgents,
    private readonly registry: ToolRegistry,
    private readonly timers: StageTimers,
    @Inject(CHAT_MODEL) private readonly model: ChatModel,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(PARLEY_CONFIG) { turns }: Pick<ParleyConfig, 'turns'>,
  ) {
    this.order = new TurnOrder(turns, () => nowSeconds(clock));
  }

  /**
   * One turn: what happens in it, as it happens. It begins with the first event that is asked for, and waits for nobody.
   * Its last event says how it ended; `completed` comes when everything of it is durable. Who stops iterating ends the
   * turn, and what was said until then stays. A turn that is asked for again under the same name is not taken twice: its
   * end is told, or it is taken up where what the caller said is all that is left of it.
   * @throws ParleyError as {@link SessionStore.load}, and `lease_held` where the turn before does not end in time
   */
  processTurn(sessionId: string, transcript: string, options: TurnOptions = {}): AsyncIterableIterator<TurnEvent> {
    const { signal, turnId = `turn-${this.nextTurnId()}`, ...more } = options;
    const isNamed = options.turnId !== undefined;
    return new EventStream<TurnEvent>(async (emit, left) => {
      const startedMs = this.clock.monotonicMs();
      const stops = signal ? [left, signal] : [left];
      const tell = (event: TurnEventBody) => emit({ turnId, ...event });
      const memo = await this.memos.take(requireSessionId(sessionId));
      let whenIdle = () => Promise.resolve();
      try {
        const asked = { turnId, isNamed, transcript, startedMs, stops, emit: tell, ...more };
        const turn = await this.takeOnce(memo, asked);
        if (turn) whenIdle = () => turn.whenIdle();
      } finally {
        // What a tool has done is kept, however late it comes.
        void whenIdle().finally(() => this.memos.done(memo));
      }
    });
  }

  private async takeOnce(memo: MemoManager, asked: AskedTurn): Promise<Turn | undefined> {
    const { turnId, isNamed, stops, emit } = asked;
    const earlier = () => (isNamed ? earlierAttempt(memo, turnId) : undefined);
    const known = earlier()?.end;
    if (known) return void emit(known);
    const running = await this.order.begin(memo, turnId, stops);
    // The attempt before may have ended while this one waited for it.
    const attempt = earlier();
    if (!attempt?.end) return this.run(memo, running, asked, attempt !== undefined);
    running.end();
    memo.persistBackground();
    return void emit(attempt.end);
  }

  private async run(
    memo: MemoManager,
    running: RunningTurn,
    asked: AskedTurn,
    isRepeated: boolean,
  ): Promise<Turn | undefined> {
    const { turnId, transcript, emit } = asked;
    const { signal, lost } = running;
    const speech = new TurnSpeech(memo, turnId, running.epoch);
    const timer = this.timers.of(memo, turnId);
    const watch = this.watch(memo, timer, asked);
    const { agents, model, registry } = this;
    let turn: Turn | undefined;
    let failure: unknown;
    try {
      turn = new Turn({ memo, agents, model, registry, timer, speech, signal, lost, emit }, { transcript, isRepeated });
      await turn.run();
    } catch (error) {
      failure = error;
    }
    running.end();
    memo.persistBackground();
    if (lost.aborted) watch.stop();
    else watch.turnEnded();
    const unwritten = await this.unwritten(memo);
    failure = lost.aborted ? lost.reason : (failure ?? unwritten);
    emit(this.outcome(memo, running, speech, turn?.agentName ?? '', failure));
    return turn;
  }

  /** How the turn ended. */
  private outcome(
    { sessionId }: MemoManager,
    { signal }: RunningTurn,
    speech: TurnSpeech,
    agent: string,
    failure: unknown,
  ): TurnEventBody {
    if (failure === undefined) {
      const { generated } = speech;
      if (signal.aborted) return { type: 'interrupted', agent, heard: speech.heard, generated };
      return { type: 'completed', agent, reply: generated };
    }
    const known = isParleyError(failure) ? failure : undefined;
    const code = known?.code ?? 'internal_error';
    this.logger.error({ msg: 'a turn failed', sessionId, code, err: describeError(failure) });
    return { type: 'failed', agent, code, retryable: known?.retryable ?? false, reply: speech.given };
  }

  /** Why not everything is durable; that late speech was withdrawn is how an interruption ends. */
  private async unwritten(memo: MemoManager): Promise<unknown> {
    try {
      await memo.persist();
      return undefined;
    } catch (error) {
      return isParleyError(error, 'epoch_passed') || isParleyError(error, 'playback_full') ? undefined : error;
    }
  }

  /** Follows the reply as long as it may be heard; that it becomes audible ends the stage `turn_e2e`. */
  private watch(memo: MemoManager, timer: StageTimer, { turnId, startedMs, speechEndedAgoSeconds = 0 }: AskedTurn) {
    const { sessionId } = memo;
    this.replies.get(sessionId)?.stop();
    const watch = new ReplyWatch(memo, turnId, {
      onAudible: () => timer.record('turn_e2e', speechEndedAgoSeconds + (this.clock.monotonicMs() - startedMs) / 1000),
      onOver: (over) => {
        if (this.replies.get(sessionId) === over) this.replies.delete(sessionId);
      },
    });
    this.replies.set(sessionId, watch);
    return watch;
  }
}
