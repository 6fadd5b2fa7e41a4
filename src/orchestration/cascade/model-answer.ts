import type { ChatMessage, ToolCall } from '../models';
import type { Agent } from '../../session-agents';
import { SentenceCutter } from '../speech';
import type { ToolSpec } from '../tools';
import type { TurnParts } from './turn-parts';
import type { AgentMessage } from './turn-speech';

/** What a model is asked. */
export interface Question {
  readonly agent: Agent;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolSpec[];
}

/** One answer of a model: sentences go out while it streams, and what it wants to call is gathered. */
export class ModelAnswer {
  readonly calls: ToolCall[] = [];
  private readonly cutter = new SentenceCutter();
  private hasSpoken = false;

  constructor(
    private readonly parts: TurnParts,
    private readonly message: AgentMessage,
  ) {}

  /** @throws ParleyError of the model */
  async stream({ agent, messages, tools }: Question): Promise<void> {
    const { timer, model, signal } = this.parts;
    const settings = agent.cascadeModel ?? agent.model;
    for (const stage of ['llm', 'llm_ttft', 'llm_ttfat']) timer.start(stage);
    try {
      await this.read(model.stream({ settings, messages, tools, signal }));
      if (signal.aborted) return;
      this.give(this.cutter.flush());
      timer.stop('llm');
    } finally {
      for (const stage of ['llm', 'llm_ttft', 'llm_ttfat', 'aggregation']) timer.cancel(stage);
    }
  }

  private async read(events: ReturnType<TurnParts['model']['stream']>): Promise<void> {
    const { timer, signal } = this.parts;
    let isFirst = true;
    for await (const event of events) {
      if (isFirst) timer.stop('llm_ttft');
      isFirst = false;
      if (signal.aborted) return;
      if (event.type === 'toolCall') this.calls.push(event.call);
      if (event.type === 'text') this.write(event.text);
    }
  }

  private write(text: string): void {
    const { timer } = this.parts;
    const { reply } = this.message;
    if (reply.text === '') {
      timer.stop('llm_ttfat');
      timer.start('aggregation');
    }
    reply.write(text);
    this.give(this.cutter.push(text));
  }

  private give(sentences: readonly string[]): void {
    if (sentences.length > 0 && !this.hasSpoken) this.parts.timer.stop('aggregation');
    this.hasSpoken ||= sentences.length > 0;
    giveOut(this.parts, this.message, sentences);
  }
}

/** Words that no model has made. */
export function writeOut(parts: TurnParts, message: AgentMessage, text: string): void {
  message.reply.write(text);
  const cutter = new SentenceCutter();
  giveOut(parts, message, [...cutter.push(text), ...cutter.flush()]);
}

function giveOut({ speech, emit, signal }: TurnParts, message: AgentMessage, sentences: readonly string[]): void {
  for (const sentence of sentences) {
    const event = signal.aborted ? undefined : speech.give(message, sentence);
    if (!event) return;
    emit(event);
  }
}
