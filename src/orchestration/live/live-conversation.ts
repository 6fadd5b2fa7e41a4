import { Logger } from '@nestjs/common';
import { describeError } from '../../common/logging/describe-error';
import { ParleyError } from '../../common/parley-error';
import type { MemoManager } from '../../memo';
import type { RealtimeEvent } from '../realtime';
import type { LeaseKeeper } from './lease-keeper';
import { parleyErrorOf } from './live-call';
import type { LiveEvent } from './live-event';
import { type LiveEnvironment, type LiveParts, liveParts } from './live-parts';
import { ModelEvents } from './model-events';
import { reconnect } from './reconnect';
import { hasBegun, owesReply, restoredItems } from './restored-items';

/** How long the end of a call waits for the caller's last words, and for what functions that have begun will give. */
const LAST_WORDS_MS = 3_000;
/** What still counts meanwhile. */
const LAST_EVENTS: readonly RealtimeEvent['type'][] = ['itemAdded', 'userTranscript', 'userTranscriptFailed'];

export interface LiveOptions {
  /** Called for each event, in order, in the turn of the event loop in which it happens. */
  readonly onEvent: (event: LiveEvent) => void;
  /** Ends the conversation at once, without waiting for the caller's last words or for functions. */
  readonly signal?: AbortSignal;
}

/** A call that is led by a realtime model. After its end all of it does nothing. */
export class LiveConversation {
  private readonly logger = new Logger('Live');
  private readonly ending = new AbortController();
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
    this.parts = liveParts(environment, {
      memo,
      name: `live-${lease.fence}`,
      signal: this.ending.signal,
      onEvent,
      onModelEvent: (event) => this.follow(event),
    });
    this.events = new ModelEvents(this.parts);
    this.parts.stages.connecting();
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
    if (!this.isOver) this.parts.line.appendAudio(pcm16);
  }

  /** The client has played so much of an item, and all that came before it. Without it, time decides what was heard. */
  played(itemId: string, playedMs: number): void {
    this.parts.playback.acknowledged(itemId, playedMs);
  }

  /** The client has fallen silent after `interrupted`. */
  playbackStopped(): void {
    if (!this.isOver) this.parts.bargeIn.playbackStopped();
  }

  /** What the caller types, in place of speech. */
  say(text: string): void {
    if (this.isOver || text.trim() === '') return;
    const { call, line, bargeIn, history, stages, between } = this.parts;
    bargeIn.byCaller();
    call.turns.begin();
    history.typed(text);
    stages.callerTyped();
    line.addItem({ type: 'message', role: 'user', text });
    between.want();
  }

  /**
   * Ends it in good order: what was not heard is cut, what the caller said last is written down, what functions give that
   * have begun is kept, all within three seconds; then all of it is made durable.
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
    const { call, line, agents, between } = this.parts;
    const first = await agents.carryOutPending();
    const isNew = !hasBegun(this.memo);
    await line.connect(await agents.settings());
    line.resume(restoredItems(this.memo));
    const greeting = first ?? (isNew ? await call.calls.greeting(this.memo, { to: call.agent, isReturn: false }) : '');
    this.refuseIfOver();
    this.stopWatching = this.memo.onChange(() => between.refresh());
    this.isReady = true;
    this.beginSpeaking(greeting);
    this.memo.persistBackground();
    between.connected();
  }

  /** What it needs can have gone while it began. */
  private refuseIfOver(): void {
    if (this.lease.lost.aborted) throw this.lease.lost.reason;
    if (this.isOver) throw new ParleyError('wait_aborted', 'The conversation was given up.');
    if (!this.parts.line.isConnected) throw new ParleyError('model_unavailable', 'The model has ended the connection.');
  }

  /** Whom nobody greets speaks first, or has spoken already. */
  private beginSpeaking(greeting: string): void {
    const { answers, stages, between } = this.parts;
    if (greeting !== '') return answers.greet(greeting);
    stages.noGreeting();
    if (owesReply(this.memo)) between.want();
    return undefined;
  }

  private follow(event: RealtimeEvent): void {
    if (event.type === 'closed') return void (this.isReady && !this.isOver && this.recover(event.error));
    if (this.ended || (this.closing && !LAST_EVENTS.includes(event.type))) return undefined;
    try {
      return this.events.take(event);
    } catch (error) {
      // The memo takes nothing any more: its session is over, or too much waits to be written.
      return this.stop(parleyErrorOf(error));
    }
  }

  private async recover(lostBy: ParleyError | undefined): Promise<void> {
    try {
      await reconnect(this.parts, lostBy);
      if (this.isOver) return;
      this.parts.call.emit({ type: 'reconnected' });
      this.parts.between.connected();
    } catch (error) {
      if (this.isOver) return;
      this.parts.call.failed(error);
      this.stop(parleyErrorOf(error));
    }
  }

  private async closeDown(): Promise<void> {
    if (!this.ended) await this.lastWords();
    await this.end();
  }

  private async lastWords(): Promise<void> {
    const { between, bargeIn, history, functions } = this.parts;
    between.end();
    await Promise.all([bargeIn.byEnd('call_ended'), history.settled(LAST_WORDS_MS), functions.settled(LAST_WORDS_MS)]);
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
    const { call, line, between, functions, bargeIn, history, floor } = this.parts;
    this.stopWatching();
    between.end();
    functions.abort();
    bargeIn.close();
    if (!this.lease.lost.aborted) await this.writeRest();
    history.discard();
    floor.clear();
    if (error) this.ending.abort();
    await line.close();
    const ended = { type: 'closed', ...(error && { code: error.code }) } as const;
    await this.release().finally(() => this.isReady && call.emit(ended));
  }

  /** Under a lease that is lost nothing more is written. */
  private async writeRest(): Promise<void> {
    try {
      const cut = this.parts.bargeIn.byEnd('call_ended');
      this.parts.history.finish();
      await cut;
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
