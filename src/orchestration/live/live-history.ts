import type { JsonObject } from '../../common/json';
import type { MemoManager } from '../../memo';
import { MAX_MESSAGE_BYTES } from '../../store/ops';
import type { ToolCall } from '../models';
import type { Cut, Reply } from './spoken-replies';
import { textOf } from './spoken-replies';
import { type Said, TranscriptOrder } from './transcript-order';

/** What stands in the history where the caller said something that nobody could write down. */
export const INAUDIBLE = '[inaudible]';

/** With whom, when and in which turn something is said. */
export interface Origin {
  readonly agent: string;
  readonly turnId: string;
  readonly at: number;
}

/** What is said in a live call, on its way into the history. */
export class LiveHistory {
  private readonly order: TranscriptOrder;
  /** Utterances of the caller whose words are still to come. */
  private readonly awaited = new Map<string, Origin>();
  /** Replies that have a place and no words yet. */
  private readonly begunReplies = new Set<string>();
  private onSettled: () => void = () => undefined;

  constructor(
    private readonly memo: MemoManager,
    private readonly origin: () => Origin,
    patienceMs?: number,
  ) {
    this.order = new TranscriptOrder((said) => this.append(said), patienceMs);
  }

  /** Resolves when no words of the caller are awaited, or the time is up. */
  settled(withinMs: number): Promise<void> {
    if (this.awaited.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.onSettled = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  callerBegan(itemId: string): void {
    if (!this.awaited.has(itemId)) this.awaited.set(itemId, this.origin());
    this.order.expect(itemId);
  }

  placed(itemId: string, previousItemId: string | null, isReply: boolean): void {
    if (isReply) this.begunReplies.add(itemId);
    this.order.placed(itemId, previousItemId, isReply);
  }

  /** A response is over: what it began and never said has no words. */
  responseOver(): void {
    for (const itemId of this.begunReplies) this.order.drop(itemId);
    this.begunReplies.clear();
  }

  /** Whose words they are; undefined where they are no news, or none. */
  callerSaid(itemId: string, text: string): Origin | undefined {
    const origin = this.awaited.get(itemId) ?? this.origin();
    this.known(itemId);
    if (text.trim() === '') return void this.order.drop(itemId);
    const { agent, at, turnId: turn } = origin;
    const said: Said = { agent, role: 'user', content: text.trim(), at, meta: { turn, itemId } };
    return this.order.fill(itemId, said) ? origin : undefined;
  }

  /** It will never be known what the caller said there. */
  callerUnclear(itemId: string): void {
    const origin = this.awaited.get(itemId);
    if (!origin) return;
    this.known(itemId);
    const { agent, at, turnId: turn } = origin;
    const meta = { turn, itemId, transcript: 'failed' };
    this.order.fill(itemId, { agent, role: 'user', content: INAUDIBLE, at, meta });
  }

  /** The caller's words come again under another name. */
  callerRepeats(): void {
    for (const itemId of this.awaited.keys()) this.order.drop(itemId);
    this.awaited.clear();
  }

  /** What is awaited will not come any more. */
  callerGone(): void {
    for (const itemId of this.awaited.keys()) this.callerUnclear(itemId);
  }

  typed(text: string): void {
    const { agent, at, turnId: turn } = this.origin();
    this.order.add({ agent, role: 'user', content: text, at, meta: { turn } });
  }

  replied(reply: Reply): void {
    this.begunReplies.delete(reply.itemId);
    const content = textOf(reply);
    if (content === '') return this.order.drop(reply.itemId);
    this.order.fill(reply.itemId, replyOf(reply, content));
    return undefined;
  }

  /**
   * A reply was not heard to its end: it becomes what was heard, if it is not stored yet.
   * @returns whether it was not
   */
  cut({ reply, heard, generated }: Cut, cause: string): boolean {
    const interrupted = { cause, offset: heard.length };
    const asHeard = (said: Said): Said => ({ ...said, content: heard, meta: { ...said.meta, generated, interrupted } });
    if (this.order.amend(reply.itemId, asHeard)) return true;
    if (reply.isWhole) return false;
    this.begunReplies.delete(reply.itemId);
    if (generated === '') this.order.drop(reply.itemId);
    else this.order.fill(reply.itemId, asHeard(replyOf(reply, generated)));
    return true;
  }

  /** A call and its result, as both ways of running a call read them again. */
  called(origin: Origin, { id, name, arguments: args }: ToolCall, result: string): void {
    const { agent, at, turnId: turn } = origin;
    const said = (role: 'assistant' | 'tool', content: string, meta: JsonObject) =>
      this.order.add({ agent, role, content, at, meta: { turn, ...meta } });
    said('assistant', '', { toolCalls: [{ id, name, arguments: args }] });
    said('tool', result, { toolCallId: id, tool: name });
  }

  finish(): void {
    this.callerGone();
    this.order.finish();
  }

  discard(): void {
    this.order.discard();
  }

  private known(itemId: string): void {
    this.awaited.delete(itemId);
    if (this.awaited.size === 0) this.onSettled();
  }

  private append({ agent, role, content, at, meta }: Said): void {
    this.memo.appendToHistory(agent, role, withinBytes(content), { at, meta });
    this.memo.persistBackground();
  }
}

function replyOf({ agent, at, turnId: turn, itemId }: Reply, content: string): Said {
  return { agent, role: 'assistant', content, at, meta: { turn, itemId } };
}

/** A message that is too large would be refused whole: its beginning is better than nothing of it. */
function withinBytes(text: string): string {
  if (Buffer.byteLength(text) <= MAX_MESSAGE_BYTES) return text;
  return Buffer.from(text)
    .subarray(0, MAX_MESSAGE_BYTES - 3)
    .toString()
    .replace(/\uFFFD$/, '');
}
