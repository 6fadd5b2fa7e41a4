import { type Clock, nowSeconds } from '../common/clock';
import type { JsonObject, JsonValue } from '../common/json';
import { ParleyError } from '../common/parley-error';
import type { Lease } from '../store/lease';
import type { AgentState } from '../store/agent-state';
import type { OpOf, Op, Role } from '../store/ops';
import { BargeIn, type InterruptionListener } from './barge-in';
import type { MemoMessage } from './chat-history';
import { PlaybackQueue } from './playback-queue';
import type { SessionView } from './session-view';

export interface AppendOptions {
  readonly meta?: JsonObject;
  /** When it was said, seconds since the epoch; now if absent. */
  readonly at?: number;
}

/** What an interruption may bring along. */
export type Interruption = Pick<OpOf<'setInterrupted'>, 'cause' | 'spoken'>;

export interface LatencyOptions {
  readonly run?: string;
  readonly at?: number;
  readonly meta?: JsonObject;
}

/**
 * The vocabulary of a session in memory: reads are memory reads, mutations are synchronous and become operations.
 * What a mutation becomes of is for the two that extend it: written behind (MemoManager) or never (EphemeralMemoManager).
 *
 * Values handed out are frozen. Mutations throw ParleyError `validation_failed`, `message_too_large` for what no
 * operation may be.
 */
export abstract class SessionMemory {
  readonly playback: PlaybackQueue;
  private readonly bargeIn: BargeIn;
  /** Only there where somebody listens, for memos are many. */
  private listeners: Set<() => void> | undefined;

  protected constructor(
    readonly sessionId: string,
    protected readonly view: SessionView,
    clock: Clock,
    /** A name that no other memory of the session has. */
    consumerName: string,
  ) {
    const monotonicMs = () => clock.monotonicMs();
    this.playback = new PlaybackQueue({
      sessionId,
      consumerName,
      playback: () => view.playback,
      steps: () => view.playbackSteps,
      mutate: (op) => this.mutate(op),
      commit: (ops) => this.commit(ops),
      catchUp: () => this.catchUp(),
      nowSeconds: () => nowSeconds(clock),
    });
    this.bargeIn = new BargeIn(this.playback, monotonicMs, view.epoch, view.interrupted);
    view.onMoved = () => this.moved();
  }

  protected abstract mutate(op: Op): void;
  /** Makes operations durable behind everything that was mutated before, where this memory can. */
  protected abstract commit(ops: readonly Op[]): Promise<void>;
  /** Brings this memory up to date. */
  protected abstract catchUp(): Promise<void>;

  /** Revision of the store that this memory has seen. */
  get revision(): number {
    return this.view.state.revision;
  }

  /** What this session has of agents of its own, as the store has confirmed it; replaced by every change of them. */
  get agents(): AgentState {
    return this.view.state.agents;
  }

  getContext(key: string): JsonValue | undefined;
  getContext(key: string, fallback: JsonValue): JsonValue;
  getContext(key: string, fallback?: JsonValue): JsonValue | undefined {
    const value = this.view.core.getContext(key);
    return value === undefined ? fallback : value;
  }

  context(): ReadonlyMap<string, JsonValue> {
    return this.view.core.contextEntries();
  }

  setContext(key: string, value: JsonValue): void {
    this.mutate({ op: 'setContext', key, value });
  }

  /** Merges members into the object under a key, one level deep. */
  updateContext(key: string, value: JsonObject): void {
    this.mutate({ op: 'mergeContext', key, value });
  }

  deleteContext(key: string): void {
    this.mutate({ op: 'deleteContext', key });
  }

  getSlot(name: string): JsonValue | undefined {
    return this.view.core.getSlot(name);
  }

  slots(): ReadonlyMap<string, JsonValue> {
    return this.view.core.slotEntries();
  }

  updateSlots(slots: JsonObject): void {
    this.mutate({ op: 'setSlots', slots });
  }

  getToolOutput(tool: string): JsonValue | undefined {
    return this.view.core.getToolOutput(tool);
  }

  toolOutputs(): ReadonlyMap<string, JsonValue> {
    return this.view.core.toolOutputEntries();
  }

  persistToolOutput(tool: string, output: JsonValue): void {
    this.mutate({ op: 'setToolOutput', tool, output });
  }

  appendToHistory(agent: string, role: Role, content: string, options: AppendOptions = {}): void {
    this.mutate({ op: 'append', agent, role, content, ...options });
  }

  /**
   * Cuts a stored message to what was heard; the whole stays in `meta.generated`. A number that was never given is
   * refused here and now: the store would refuse the whole batch that it stands in, and all that waits behind.
   * @param cause why, such as `barge_in`; kept in `meta.interrupted`
   * @throws ParleyError `message_not_found`
   */
  truncateMessage(seq: number, content: string, cause?: string): void {
    if (seq > this.view.state.lastSeq) {
      throw new ParleyError('message_not_found', `Session ${this.sessionId} has no message ${seq} to truncate.`);
    }
    this.mutate({ op: 'truncate', seq, content, ...(cause !== undefined && { cause }) });
  }

  /** The agent's messages, its system prompt first; `seq` is null for those the store has not numbered yet. */
  getHistory(agent: string): MemoMessage[] {
    return this.view.history.getHistory(agent);
  }

  /** The last messages of the agent's thread without its system prompt, at the same cost however long that is. */
  lastMessages(agent: string, count: number): MemoMessage[] {
    return this.view.history.lastMessages(agent, count);
  }

  systemPrompt(agent: string): string | undefined {
    return this.view.history.getSystemPrompt(agent)?.content;
  }

  agentsWithHistory(): string[] {
    return this.view.history.agents();
  }

  clearHistory(agent?: string): void {
    this.mutate(agent === undefined ? { op: 'clearHistory' } : { op: 'clearHistory', agent });
  }

  /** Makes `content` the first message of the agent's thread. Saying the same again changes nothing. */
  ensureSystemPrompt(agent: string, content: string): void {
    if (this.view.history.getSystemPrompt(agent)?.content === content) return;
    this.mutate({ op: 'systemPrompt', agent, content });
  }

  /** True: the caller interrupts; playback stops at once in every process, and a reply can be cut to what was spoken. */
  setTtsInterrupted(value: boolean, interruption: Interruption = {}): void {
    this.mutate({ op: 'setInterrupted', value, ...interruption });
  }

  isTtsInterrupted(): boolean {
    return this.view.interrupted;
  }

  /** The right to run turns, as the store has confirmed it: who holds it, and until when. */
  get lease(): Lease {
    return this.view.state.lease;
  }

  /** Grows by one with every interruption: what belongs to an older one is late. */
  get epoch(): number {
    return this.view.epoch;
  }

  /**
   * Calls the listener after every change of what this memory shows, whoever makes it. A change made here calls it before
   * the mutation returns, so it takes note and does its work later. Returns how to stop.
   */
  onChange(listener: () => void): () => void {
    const listeners = (this.listeners ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  private moved(): void {
    this.bargeIn.follow(this.view.epoch, this.view.interrupted);
    for (const listener of this.listeners ?? []) listener();
  }

  /** Calls the listener at every interruption and resumption from now on, whoever causes it. Returns how to stop. */
  onInterruption(listener: InterruptionListener): () => void {
    return this.bargeIn.listen(listener);
  }

  /** Playback has stopped: the time since the interruption is a sample of `barge_in_stop`. */
  acknowledgePlaybackStop(): void {
    const seconds = this.bargeIn.acknowledgeStop();
    if (seconds !== undefined) this.recordLatency('barge_in_stop', seconds);
  }

  setActiveAgent(agent: string): void {
    this.mutate({ op: 'setActiveAgent', agent });
  }

  recordLatency(stage: string, seconds: number, options: LatencyOptions = {}): void {
    const op: OpOf<'recordLatency'> = { op: 'recordLatency', stage, seconds, ...options };
    this.mutate(op);
  }
}
