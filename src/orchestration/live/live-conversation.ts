import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/clock';
import { describeError } from '../../common/logging/describe-error';
import type { ParleyError } from '../../common/parley-error';
import type { StageTimers } from '../../latency';
import type { MemoManager, MemoService } from '../../memo';
import type { CallAgents } from '../call';
import { PlaybackClock, type RealtimeEvent, type RealtimeModel, type RealtimeResponseOptions } from '../realtime';
import { AgentChanges } from './agent-changes';
import { BetweenResponses } from './between-responses';
import { Floor } from './floor';
import { type AskedHandoff, FunctionCalls, type RoundOutcome } from './function-calls';
import type { LeaseKeeper } from './lease-keeper';
import { LiveBargeIn } from './live-barge-in';
import { LiveCall, parleyErrorOf } from './live-call';
import type { LiveEvent } from './live-event';
import { LiveHistory } from './live-history';
import { LiveStages } from './live-stages';
import { LiveTurns } from './live-turns';
import { type LiveParts, ModelEvents } from './model-events';
import { ModelLine } from './model-line';
import { hasBegun, owesReply, restoredItems } from './restored-items';
import { SpokenReplies } from './spoken-replies';

/** How long the end of a call waits for words that the caller has said and nobody has written down yet. */
const LAST_WORDS_MS = 3_000;

export interface LiveEnvironment {
  readonly memos: MemoService;
  readonly calls: CallAgents;
  readonly model: RealtimeModel;
  readonly timers: StageTimers;
  readonly clock: Clock;
}

export interface LiveOptions {
  /** Called for each event, in order, in the turn of the event loop in which it happens. */
  readonly onEvent: (event: LiveEvent) => void;
  /** Ends the conversation at once, without waiting for the caller's last words to be written down. */
  readonly signal?: AbortSignal;
}

/** A call that is led by a realtime model. After its end all of it does nothing. */
export class LiveConversation {
  private readonly logger = new Logger('Live');
  private readonly ending = new AbortController();
  private readonly playback: PlaybackClock;
  private readonly line: ModelLine;
  private readonly agents: AgentChanges;
  private readonly parts: LiveParts;
  private readonly events: ModelEvents;
  private stopWatching: () => void = () => undefined;
  private isReady = false;
  private closing: Promise<void> | undefined;
  private ended: Promise<void> | undefined;

  private constructor(
    private readonly environment: LiveEnvironment,
    private readonly memo: MemoManager,
    private readonly lease: LeaseKeeper,
    { onEvent, signal }: LiveOptions,
  ) {
    const { calls, clock, model, timers } = environment;
    const turns = new LiveTurns(`live-${lease.fence}`, timers.of(memo));
    const stages = new LiveStages(turns);
    stages.connecting();
    const call = new LiveCall(memo, calls, calls.takeCharge(memo), turns, clock, onEvent);
    this.playback = new PlaybackClock(clock);
    const replies = new SpokenReplies(this.playback, () => call.origin());
    const history = new LiveHistory(memo, () => call.origin());
    this.line = new ModelLine(model, clock, this.ending.signal, (event) => this.follow(event));
    const floor = new Floor(() => between.look());
    const between: BetweenResponses = new BetweenResponses(floor, {
      handOver: (handoff) => handoff(),
      refresh: () => this.refresh(),
      ask: (options) => this.ask(options),
      failed: (error) => call.failed(error),
    });
    const bargeIn = new LiveBargeIn(call, { line: this.line, floor, replies, history, between });
    const functions = new FunctionCalls(call, this.line, history, (outcome) => this.answered(outcome));
    this.agents = new AgentChanges(call, this.line);
    this.parts = { call, floor, replies, history, bargeIn, functions, between, stages };
    this.events = new ModelEvents(this.parts);
    lease.lost.addEventListener('abort', () => this.stop(parleyErrorOf(lease.lost.reason)), { once: true });
    signal?.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** @throws as {@link RealtimeModel.connect}; ParleyError `template_failed` */
  static async open(
    environment: LiveEnvironment,
    memo: MemoManager,
    lease: LeaseKeeper,
    options: LiveOptions,
  ): Promise<LiveConversation> {
    const conversation = new LiveConversation(environment, memo, lease, options);
    try {
      await conversation.begin();
      return conversation;
    } catch (error) {
      await conversation.end(parleyErrorOf(error)).catch(() => undefined);
      throw error;
    }
  }

  get sessionId(): string {
    return this.memo.sessionId;
  }

  /** Name of the agent who speaks. */
  get agent(): string {
    return this.parts.call.agent.name;
  }

  /** What the caller says: PCM16, 24 kHz, mono, as it comes. */
  appendAudio(pcm16: Buffer): void {
    if (!this.isOver) this.line.appendAudio(pcm16);
  }

  /** The client has played so much of an item, and all that came before it. Without it, time decides what was heard. */
  played(itemId: string, playedMs: number): void {
    this.playback.acknowledged(itemId, playedMs);
  }

  /** The client has fallen silent after `interrupted`. */
  playbackStopped(): void {
    this.parts.bargeIn.playbackStopped();
  }

  /** What the caller types, in place of speech. */
  say(text: string): void {
    if (this.isOver) return;
    const { call, bargeIn, history, stages, between } = this.parts;
    bargeIn.byCaller();
    call.turns.begin();
    history.typed(text);
    stages.callerTyped();
    this.line.addItem({ type: 'message', role: 'user', text });
    between.want();
  }

  /**
   * Ends it in good order: what was not heard is cut, what the caller said last is written down, and all of it is durable.
   * @throws ParleyError where it could not be made durable; the memo goes on trying
   */
  close(): Promise<void> {
    this.closing ??= this.closeDown();
    return this.closing;
  }

  private get isOver(): boolean {
    return this.closing !== undefined || this.ended !== undefined;
  }

  private async begin(): Promise<void> {
    const { call, between } = this.parts;
    const first = await this.agents.carryOutPending();
    const isNew = !hasBegun(this.memo);
    await this.line.connect(await this.agents.settings());
    this.line.resume(restoredItems(this.memo));
    const greeting = first ?? (isNew ? await call.calls.greeting(this.memo, { to: call.agent, isReturn: false }) : '');
    this.stopWatching = this.memo.onChange(() => between.refresh());
    this.isReady = true;
    this.open(greeting);
    this.memo.persistBackground();
    between.connected();
  }

  private open(greeting: string): void {
    const { stages, between } = this.parts;
    if (greeting !== '') return between.want(spoken(greeting));
    stages.noGreeting();
    if (owesReply(this.memo)) between.want();
    return undefined;
  }

  private follow(event: RealtimeEvent): void {
    if (event.type === 'closed') return void (this.isReady && !this.isOver && this.reconnect(event.error));
    if (this.ended || (this.closing && !LAST_EVENTS.includes(event.type))) return undefined;
    try {
      return this.events.take(event);
    } catch (error) {
      // The memo takes nothing any more: its session is over, or too much waits to be written.
      return this.stop(parleyErrorOf(error));
    }
  }

  private async refresh(): Promise<void> {
    const greeting = await this.agents.refresh();
    if (greeting) this.parts.between.want(spoken(greeting));
  }

  private ask(options: RealtimeResponseOptions): void {
    this.parts.stages.responding();
    this.line.createResponse(options);
  }

  private answered({ handoff, isLast }: RoundOutcome): void {
    const { between } = this.parts;
    if (handoff) between.handOver(() => this.handOver(handoff));
    else between.want(isLast ? { toolChoice: 'none' } : {});
  }

  /** Where the caller is speaking the new agent answers that, and greets nobody. */
  private async handOver(handoff: AskedHandoff): Promise<void> {
    const { floor, between, functions } = this.parts;
    try {
      const greeting = await this.agents.handOver(handoff, functions);
      if (!floor.isCallerSpeaking) between.want(spoken(greeting));
    } catch (error) {
      between.want();
      throw error;
    } finally {
      this.memo.persistBackground();
    }
  }

  private async reconnect(error: ParleyError | undefined): Promise<void> {
    const { call, floor, history, bargeIn, functions, between } = this.parts;
    const mayTry = this.line.lost();
    between.connectionLost();
    bargeIn.byEnd('connection_lost');
    floor.clear();
    functions.connectionLost();
    if (!mayTry) return this.giveUp(error);
    try {
      await this.line.connect(await this.agents.settings());
    } catch (failure) {
      return this.giveUp(failure);
    }
    if (this.isOver) return undefined;
    if (this.line.resume(restoredItems(this.memo))) history.callerRepeats();
    else {
      history.callerGone();
      if (owesReply(this.memo) && !functions.isBusy) between.want();
    }
    call.emit({ type: 'reconnected' });
    return between.connected();
  }

  private giveUp(error: unknown): void {
    if (this.isOver) return;
    this.parts.call.failed(error);
    this.stop(parleyErrorOf(error));
  }

  private async closeDown(): Promise<void> {
    if (!this.ended) await this.lastWords();
    await this.end();
  }

  private async lastWords(): Promise<void> {
    this.parts.between.end();
    this.parts.bargeIn.byEnd('call_ended');
    await this.parts.history.settled(LAST_WORDS_MS);
  }

  /** Ends it where nobody waits for the end. */
  private stop(error?: ParleyError): void {
    this.end(error).catch((failure: unknown) => {
      const { sessionId } = this;
      this.logger.warn({ msg: 'a live call ended with changes unwritten', sessionId, err: describeError(failure) });
    });
  }

  private end(error?: ParleyError): Promise<void> {
    this.ended ??= this.tearDown(error);
    return this.ended;
  }

  private async tearDown(error: ParleyError | undefined): Promise<void> {
    const { call, between, functions, bargeIn, history, floor } = this.parts;
    this.stopWatching();
    between.end();
    functions.abort();
    bargeIn.close();
    this.writeRest();
    history.discard();
    floor.clear();
    if (error) this.ending.abort();
    await this.line.close();
    await this.release().finally(
      () => this.isReady && call.emit({ type: 'closed', ...(error && { code: error.code }) }),
    );
  }

  /** Under a lease that is lost nothing more is written. */
  private writeRest(): void {
    if (this.lease.lost.aborted) return;
    try {
      this.parts.bargeIn.byEnd('call_ended');
      this.parts.history.finish();
    } catch (error) {
      this.logger.warn({ msg: 'the end of a live call is lost', sessionId: this.sessionId, err: describeError(error) });
    }
  }

  private async release(): Promise<void> {
    try {
      await this.lease.release();
      await this.memo.persist();
    } finally {
      await this.environment.memos.release(this.memo);
    }
  }
}

/** What still counts when the call is being closed. */
const LAST_EVENTS: readonly RealtimeEvent['type'][] = ['itemAdded', 'userTranscript', 'userTranscriptFailed'];

/** A greeting is said as it is written; without one the agent finds its own words. */
function spoken(greeting: string): RealtimeResponseOptions {
  if (greeting === '') return {};
  const instructions = `Say exactly this to the caller, and nothing else: ${JSON.stringify(greeting)}`;
  return { instructions, toolChoice: 'none' };
}
