import type { JsonObject } from '../../common/json';
import { isParleyError } from '../../common/parley-error';
import type { MemoManager } from '../../memo';
import type { Agent } from '../../session-agents';
import type { PlaybackContent } from '../../store/ops';
import type { ToolCall } from '../models';
import { type PartPlace, spokenMessages } from './spoken-message';
import { SpokenReply } from './spoken-reply';
import type { TurnEventBody } from './turn-event';

/** A message of the agent that is being said, or was. */
export interface AgentMessage {
  readonly agent: Agent;
  readonly reply: SpokenReply;
  /** Its number in the turn: `meta.message`, by which it is found again once the store has numbered it. */
  readonly number: number;
}

/** What is kept of a message beside its text. */
export interface KeptWith {
  readonly calls?: readonly ToolCall[];
  readonly meta?: JsonObject;
  /** It was not brought to its end: what was not given out is no part of the conversation. */
  readonly isBroken?: boolean;
}

/** What a turn says: sentences into the playback queue, and whole messages into the history. */
export class TurnSpeech {
  private readonly messages: AgentMessage[] = [];
  private parts = 0;

  constructor(
    private readonly memo: MemoManager,
    readonly turnId: string,
    /** Of interruptions, when the turn began: a later one stops it. */
    private readonly epoch: number,
  ) {}

  begin(agent: Agent): AgentMessage {
    const message = { agent, reply: new SpokenReply(), number: this.messages.length };
    this.messages.push(message);
    return message;
  }

  /** Gives a sentence out. What an interruption has overtaken is not: undefined. */
  give({ agent, reply, number }: AgentMessage, text: string): TurnEventBody | undefined {
    if (this.isInterrupted) return undefined;
    const part = this.parts;
    this.parts += 1;
    this.enqueue(agent, text, { turn: this.turnId, part, message: number, from: reply.speak(text) });
    return { type: 'sentence', agent: agent.name, text, part };
  }

  private get isInterrupted(): boolean {
    return this.memo.epoch > this.epoch;
  }

  private enqueue({ name, voice, speech }: Agent, text: string, place: PartPlace): void {
    const [locale] = speech.languages ?? [];
    const meta: JsonObject = { ...place };
    const content: PlaybackContent = { text, agent: name, voice, ...(locale !== undefined && { locale }), meta };
    try {
      this.memo.playback.enqueueMessage(content, this.epoch);
    } catch (error) {
      // Nobody plays the queue: the words reach who reads the events all the same.
      if (!isParleyError(error, 'playback_full')) throw error;
    }
    // Behind what follows at once: with the last sentence often comes the end of the turn, and both go out in one write.
    setImmediate(() => this.memo.persistBackground());
  }

  /** Puts the message into the history: whole, or cut to what was given out, or to what was heard where it was interrupted. */
  keep(message: AgentMessage, { calls = [], meta = {}, isBroken = false }: KeptWith): void {
    const { agent, reply, number } = message;
    if (reply.text === '' && calls.length === 0 && Object.keys(meta).length === 0) return;
    const content = this.isInterrupted ? this.heardText(message) : isBroken ? reply.givenText : reply.text;
    const said: JsonObject = {
      ...meta,
      turn: this.turnId,
      message: number,
      ...(calls.length > 0 && { toolCalls: calls.map((call) => ({ ...call })) }),
      ...(content !== reply.text && { generated: reply.text }),
      ...(this.isInterrupted && { interrupted: { cause: 'barge_in', offset: content.length } }),
    };
    this.memo.appendToHistory(agent.name, 'assistant', content, { meta: said });
  }

  /** Words that nobody plays reach the caller in another way: then what was given out counts as heard. */
  private heardText({ reply, number }: AgentMessage): string {
    if (!this.memo.playback.isConsumed()) return reply.givenText;
    const spoken = spokenMessages(this.memo).find(({ turn, message }) => turn === this.turnId && message === number);
    return reply.text.slice(0, spoken?.heardLength ?? 0);
  }

  /** All that was written. */
  get generated(): string {
    return joined(this.messages.map(({ reply }) => reply.text));
  }

  /** All of it that was given out. */
  get given(): string {
    return joined(this.messages.map(({ reply }) => reply.givenText));
  }

  /** All of it that is known to have been heard. */
  get heard(): string {
    return joined(this.messages.map((message) => this.heardText(message)));
  }
}

function joined(texts: readonly string[]): string {
  return texts.flatMap((text) => text.trim() || []).join(' ');
}
