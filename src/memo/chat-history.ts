import { deepFreeze } from '../common/json';
import { heardOf, messageOf } from '../store/apply-change';
import type { Op, OpOf } from '../store/ops';
import { cutMessage, cutTo, type Heard, type Message, type SessionState, type Thread } from '../store/session-state';

/** A message in memory; `seq` is null until the store has numbered it. */
export type MemoMessage = Omit<Message, 'seq'> & { readonly seq: number | null };

/** What has happened to one thread since the store's last word. */
interface ThreadLayer {
  /** The store's part no longer shows. */
  cleared: boolean;
  prompt: MemoMessage | undefined;
  /** The store's first message was a system message and a prompt has taken its place. */
  firstReplaced: boolean;
  readonly appended: MemoMessage[];
}

/** What has happened to the threads since the store's last word. */
class Overlay {
  readonly layers = new Map<string, ThreadLayer>();
  readonly cuts = new Map<number, Heard>();
  /** Of no thread the store's part shows any longer. */
  allCleared = false;

  layer(agent: string): ThreadLayer {
    let layer = this.layers.get(agent);
    if (!layer) {
      layer = { cleared: false, prompt: undefined, firstReplaced: false, appended: [] };
      this.layers.set(agent, layer);
    }
    return layer;
  }

  clear(agent: string | undefined): void {
    if (agent === undefined) {
      this.layers.clear();
      this.allCleared = true;
    } else this.layers.set(agent, { cleared: true, prompt: undefined, firstReplaced: false, appended: [] });
  }
}

/** The conversation per agent, in the store's order, with what is not stored yet at the end. */
export class ChatHistory {
  /** Only there while something lies over what the store has, for memos are many. */
  private over: Overlay | undefined;

  constructor(private state: SessionState) {}

  /** The agent's messages, the system prompt first. */
  getHistory(agent: string): MemoMessage[] {
    const layer = this.over?.layers.get(agent);
    const stored = this.storedThread(agent, layer);
    const prompt = this.getSystemPrompt(agent);
    const messages: MemoMessage[] = prompt ? [prompt] : [];
    for (const message of stored?.messages ?? []) messages.push(this.asCut(message));
    if (layer?.firstReplaced) messages.splice(prompt ? 1 : 0, 1);
    if (layer) messages.push(...layer.appended);
    return messages.map(deepFreeze);
  }

  /** The last of the agent's messages without its system prompt, at the same cost however long its thread is. */
  lastMessages(agent: string, count: number): MemoMessage[] {
    const layer = this.over?.layers.get(agent);
    const appended = layer?.appended.slice(-count) ?? [];
    const stored = this.storedThread(agent, layer)?.messages ?? [];
    const from = Math.max(stored.length - count + appended.length, layer?.firstReplaced ? 1 : 0);
    return [...stored.slice(from).map((message) => this.asCut(message)), ...appended].map(deepFreeze);
  }

  /** The agent's system prompt, at the same cost however long its thread is. */
  getSystemPrompt(agent: string): MemoMessage | undefined {
    const layer = this.over?.layers.get(agent);
    return deepFreeze(layer?.prompt ?? this.storedThread(agent, layer)?.prompt);
  }

  /** Agents that have said or heard something, in no particular order. */
  agents(): string[] {
    const names = new Set([...this.state.history.keys(), ...(this.over?.layers.keys() ?? [])]);
    return [...names].filter((agent) => this.getHistory(agent).length > 0);
  }

  /** Lays one operation, not yet confirmed, over what the store has. */
  lay(op: Op, now: number): void {
    switch (op.op) {
      case 'append':
        this.overlay.layer(op.agent).appended.push({ ...messageOf(op, 0, now), seq: null });
        return;
      case 'truncate':
        this.overlay.cuts.set(op.seq, cutTo(op));
        return;
      case 'setInterrupted':
        if (op.spoken) this.overlay.cuts.set(op.spoken.seq, heardOf(op.spoken, op.cause));
        return;
      case 'clearHistory':
        return this.overlay.clear(op.agent);
      case 'systemPrompt':
        return this.setPrompt(op, now);
      default:
        return;
    }
  }

  private get overlay(): Overlay {
    return (this.over ??= new Overlay());
  }

  /** Takes what the store has now as ground, with nothing over it. */
  layOn(state: SessionState): void {
    this.state = state;
    this.over = undefined;
  }

  private storedThread(agent: string, layer: ThreadLayer | undefined): Thread | undefined {
    return this.over?.allCleared || layer?.cleared ? undefined : this.state.history.get(agent);
  }

  private asCut(message: Message): Message {
    const heard = this.over?.cuts.get(message.seq);
    return heard === undefined ? message : cutMessage(message, heard);
  }

  private setPrompt({ agent, content }: OpOf<'systemPrompt'>, now: number): void {
    const layer = this.overlay.layer(agent);
    const stored = this.storedThread(agent, layer);
    if (!layer.prompt && !stored?.prompt) {
      if (stored && stored.messages.length > 0) layer.firstReplaced = stored.messages[0]?.role === 'system';
      else if (layer.appended[0]?.role === 'system') layer.appended.shift();
    }
    layer.prompt = { seq: 0, role: 'system', content, at: now };
  }
}
