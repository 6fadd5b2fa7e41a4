import type { JsonObject } from '../../common/json';
import { isParleyError } from '../../common/parley-error';
import type { MemoManager } from '../../memo';
import type { Agent } from '../../session-agents';
import type { PlaybackContent } from '../../store/ops';
import type { ToolCall } from '../models';
import { SpokenParts, SpokenReply } from './spoken-reply';
import type { TurnEventBody } from './turn-event';

/** A message of the agent that is being said, or was. */
export interface AgentMessage {
  readonly agent: Agent;
  readonly reply: SpokenReply;
  /** Its number in the turn: `meta.message`, by which it is found again once the store has numbered it. */
  readonly number: number;
  /** Stands cut in the history since it was appended. */
  isCut: boolean;
}

/** What a turn says: sentences into the playback queue, and whole messages into the history. */
export class TurnSpeech {
  readonly parts: SpokenParts;
  readonly messages: AgentMessage[] = [];
  private partCount = 0;

  constructor(
    private readonly memo: MemoManager,
    readonly turnId: string,
    /** Of interruptions, when the turn began: a later one stops it. */
    private readonly epoch: number,
  ) {
    this.parts = new SpokenParts(turnId);
  }

  /** Sentences that were given out. */
  get count(): number {
    return this.partCount;
  }

  begin(agent: Agent): AgentMessage {
    const message = { agent, reply: new SpokenReply(), number: this.messages.length, isCut: false };
    this.messages.push(message);
    return message;
  }

  /** Gives a sentence out. What an interruption has overtaken is not: undefined. */
  give({ agent, reply }: AgentMessage, text: string): TurnEventBody | undefined {
    const part = this.partCount;
    if (!this.enqueue(agent, text, part)) return undefined;
    this.partCount += 1;
    reply.speak(text, part);
    return { type: 'sentence', agent: agent.name, text, part };
  }

  private enqueue(agent: Agent, text: string, part: number): boolean {
    const [locale] = agent.speech.languages ?? [];
    const content: PlaybackContent = {
      text,
      agent: agent.name,
      voice: agent.voice,
      ...(locale !== undefined && { locale }),
      meta: { turn: this.turnId, part },
    };
    try {
      this.memo.playback.enqueueMessage(content, this.epoch);
    } catch (error) {
      if (isParleyError(error, 'epoch_passed')) return false;
      // Nobody plays the queue: the words reach who reads the events all the same.
      if (!isParleyError(error, 'playback_full')) throw error;
    }
    this.memo.persistBackground();
    return true;
  }

  /** Puts the message into the history: whole, or cut to what was heard where the turn was interrupted. */
  keep(message: AgentMessage, { calls = [], meta }: { calls?: readonly ToolCall[]; meta?: JsonObject }): void {
    const { agent, reply, number } = message;
    if (reply.text === '' && calls.length === 0) return;
    const said: JsonObject = {
      ...meta,
      turn: this.turnId,
      message: number,
      ...(calls.length > 0 && { toolCalls: calls.map((call) => ({ ...call })) }),
    };
    if (this.memo.epoch === this.epoch)
      return this.memo.appendToHistory(agent.name, 'assistant', reply.text, { meta: said });
    this.parts.follow(this.memo);
    const heard = reply.heard(this.parts);
    message.isCut = true;
    const cut = { generated: reply.text, interrupted: { cause: 'barge_in', offset: heard.length } };
    this.memo.appendToHistory(agent.name, 'assistant', heard, { meta: { ...said, ...cut } });
  }

  /** All that was generated, and all that was heard of it. */
  summary(): { readonly generated: string; readonly heard: string } {
    this.parts.follow(this.memo);
    const join = (texts: readonly string[]) => texts.filter((text) => text !== '').join(' ');
    return {
      generated: join(this.messages.map(({ reply }) => reply.text.trim())),
      heard: join(this.messages.map(({ reply }) => reply.heard(this.parts).trim())),
    };
  }
}
