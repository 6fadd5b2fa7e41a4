import { isParleyError } from '../../common/parley-error';
import type { Agent } from '../../session-agents';
import type { DoneHandoff } from '../call';
import type { ChatMessage, ToolCall } from '../models';
import { SentenceCutter } from '../speech';
import { chatMessages, handoffMeta } from './history-messages';
import type { TurnParts } from './turn-parts';
import { TurnTools } from './turn-tools';
import type { TurnEventBody } from './turn-event';
import type { AgentMessage } from './turn-speech';

/** Answers of models in one turn; more mean that one calls tools in a circle. */
const MAX_ANSWERS = 8;
/** Handoffs in one turn; more mean that agents send the caller to each other. */
export const MAX_HANDOFFS = 3;

/** Said where a model has nothing to say: silence would be taken for a dead line. */
const NOTHING_SAID = "I'm sorry, I didn't catch that. Could you say it again?";
const TOO_MANY_STEPS = "I'm sorry, this is taking longer than it should. What would you like me to do first?";
const FAILED = "I'm sorry, I'm having trouble with that right now. Could you say it again?";

/**
 * One turn: what the caller said, the answers of the agent in charge, the tools they call and the agents they hand over to,
 * until somebody has spoken or the turn is stopped.
 */
export class Turn {
  private readonly tools: TurnTools;
  private agent: Agent;
  private handoffs = 0;
  /** Who handed over, as long as the new agent has not answered. */
  private handedOverBy: string | undefined;
  /** The sentence for a tool that failed, as long as the model has said nothing of it. */
  private apology: string | undefined;

  constructor(
    private readonly parts: TurnParts,
    private readonly said: string,
  ) {
    this.agent = parts.agents.takeCharge(parts.memo);
    this.tools = new TurnTools(parts);
    parts.memo.appendToHistory(this.agent.name, 'user', said, { meta: { turn: parts.speech.turnId } });
  }

  get agentName(): string {
    return this.agent.name;
  }

  /** @throws ParleyError of the model, or `template_failed`; the caller has been told by then */
  async *run(): AsyncGenerator<TurnEventBody, void, undefined> {
    try {
      yield* this.answers();
    } catch (error) {
      if (!this.isStopped) yield* this.say(FAILED, isParleyError(error) ? error.code : 'internal_error');
      throw error;
    }
  }

  private get isStopped(): boolean {
    return this.parts.signal.aborted;
  }

  private async *answers(): AsyncGenerator<TurnEventBody, void, undefined> {
    for (let answer = 0; answer < MAX_ANSWERS; answer += 1) {
      const calls = yield* this.answer();
      if (this.isStopped || calls.length === 0) return;
      const handoff = yield* this.callTools(calls);
      if (this.isStopped) return;
      if (handoff) yield* this.takeOver(handoff);
      if (this.isStopped) return;
    }
    yield* this.say(TOO_MANY_STEPS);
  }

  /** One answer of the agent in charge, as it is now: what was changed of it since counts. */
  private async *answer(): AsyncGenerator<TurnEventBody, readonly ToolCall[], undefined> {
    const { memo, agents, speech } = this.parts;
    this.agent = agents.asNow(memo, this.agent);
    await agents.ensurePrompt(memo, this.agent);
    if (this.isStopped) return [];
    const message = speech.begin(this.agent);
    const calls: ToolCall[] = [];
    try {
      yield* this.stream(message, calls);
      if (this.isStopped) return [];
      if (message.reply.text.trim() === '' && calls.length === 0) {
        yield* this.write(message, this.apology ?? NOTHING_SAID);
      }
      if (message.reply.text.trim() !== '') this.apology = undefined;
      return calls;
    } finally {
      const meta = this.handedOverBy === undefined ? {} : handoffMeta(this.handedOverBy, this.said);
      speech.keep(message, this.isStopped ? { meta } : { calls, meta });
      this.handedOverBy = undefined;
      memo.persistBackground();
    }
  }

  private async *stream(message: AgentMessage, calls: ToolCall[]): AsyncGenerator<TurnEventBody, void, undefined> {
    const { timer, model, signal } = this.parts;
    const cutter = new SentenceCutter();
    let isFirst = true;
    const give = (sentences: readonly string[]) => {
      if (sentences.length > 0 && isFirst) timer.stop('aggregation');
      isFirst &&= sentences.length === 0;
      return this.give(message, sentences);
    };
    timer.start('llm_ttfat');
    const answer = model.stream(this.request());
    for await (const event of timer.timeIterator({ first: 'llm_ttft', total: 'llm' }, answer, { signal })) {
      if (signal.aborted) break;
      if (event.type === 'toolCall') calls.push(event.call);
      if (event.type !== 'text') continue;
      if (message.reply.text === '') {
        timer.stop('llm_ttfat');
        timer.start('aggregation');
      }
      message.reply.write(event.text);
      yield* give(cutter.push(event.text));
    }
    timer.cancel('llm_ttfat');
    if (!signal.aborted) yield* give(cutter.flush());
    timer.cancel('aggregation');
  }

  private request() {
    const { memo, agents, signal } = this.parts;
    const settings = this.agent.cascadeModel ?? this.agent.model;
    const messages: ChatMessage[] = chatMessages(memo, this.agent.name);
    if (this.handedOverBy !== undefined) messages.push({ role: 'user', content: this.said });
    return { settings, messages, tools: agents.tools(memo, this.agent), signal };
  }

  private *give(message: AgentMessage, sentences: readonly string[]): Generator<TurnEventBody, void, undefined> {
    for (const sentence of sentences) {
      if (this.isStopped) return;
      const event = this.parts.speech.give(message, sentence);
      if (!event) return;
      yield event;
    }
  }

  /** Words that no model has made, into a message. */
  private *write(message: AgentMessage, text: string): Generator<TurnEventBody, void, undefined> {
    message.reply.write(text);
    const cutter = new SentenceCutter();
    yield* this.give(message, [...cutter.push(text), ...cutter.flush()]);
  }

  /** Words that no model has made, as a message of their own. */
  private *say(text: string, failed?: string): Generator<TurnEventBody, void, undefined> {
    const message = this.parts.speech.begin(this.agent);
    try {
      yield* this.write(message, text);
    } finally {
      const meta = failed === undefined ? {} : { failed };
      this.parts.speech.keep(message, { meta });
    }
  }

  /** Runs the tools one after another: each sees what those before it did. A handoff ends the list. */
  private async *callTools(
    calls: readonly ToolCall[],
  ): AsyncGenerator<TurnEventBody, DoneHandoff | undefined, undefined> {
    const { memo, agents, timer } = this.parts;
    for (const call of calls) {
      if (this.isStopped) return undefined;
      yield { type: 'toolStarted', callId: call.id, tool: call.name };
      if (agents.isHandoff(memo, call.name)) {
        timer.start('handoff');
        const handoff = this.tools.handOver(this.agent, call, this.handoffs < MAX_HANDOFFS);
        yield { type: 'toolEnded', callId: call.id, tool: call.name, ok: handoff !== undefined };
        if (handoff) return handoff;
        timer.cancel('handoff');
        continue;
      }
      const result = await this.tools.run(this.agent, call);
      if (!result) return undefined;
      if (!result.ok) this.apology = result.spoken;
      yield { type: 'toolEnded', callId: call.id, tool: call.name, ok: result.ok };
    }
    return undefined;
  }

  /** The new agent greets the caller, and answers next. */
  private async *takeOver(handoff: DoneHandoff): AsyncGenerator<TurnEventBody, void, undefined> {
    const { memo, agents, timer, speech } = this.parts;
    const { tool, from, to } = handoff;
    this.handoffs += 1;
    yield { type: 'handoff', tool, from: from.name, to: to.name };
    this.agent = to;
    this.handedOverBy = from.name;
    yield { type: 'agentChanged', agent: to.name };
    await agents.ensurePrompt(memo, to);
    const greeting = await agents.greeting(memo, handoff);
    timer.stop('handoff');
    if (greeting.trim() === '' || this.isStopped) return;
    const message = speech.begin(to);
    try {
      yield* this.write(message, greeting.trim());
    } finally {
      speech.keep(message, { meta: { greeting: true } });
    }
  }
}
