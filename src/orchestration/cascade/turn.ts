import type { JsonObject } from '../../common/json';
import { isParleyError } from '../../common/parley-error';
import type { Agent } from '../../session-agents';
import type { DoneHandoff } from '../call';
import type { ChatMessage, ToolCall } from '../models';
import type { ToolSpec } from '../tools';
import { chatMessages, handoffMeta } from './history-messages';
import { ModelAnswer, writeOut } from './model-answer';
import type { TurnParts } from './turn-parts';
import { TurnTools } from './turn-tools';

/** Answers of models in one turn; more mean that one calls tools in a circle. */
export const MAX_ANSWERS = 8;
/** Handoffs in one turn; more mean that agents send the caller to each other. */
export const MAX_HANDOFFS = 3;

/** Said where a model has nothing to say: silence would be taken for a dead line. */
export const NOTHING_SAID = "I'm sorry, I didn't catch that. Could you say it again?";
export const TOO_MANY_STEPS = "I'm sorry, this is taking longer than it should. What would you like me to do first?";
export const FAILED = "I'm sorry, I'm having trouble with that right now. Could you say it again?";

/** What the caller said. */
export interface Said {
  readonly transcript: string;
  /** It is in the history already, of an attempt that came to no end. */
  readonly isRepeated: boolean;
}

/** What an answer wants to call, of what its agent was offered. */
interface WantedCalls {
  readonly calls: readonly ToolCall[];
  readonly offered: readonly ToolSpec[];
}

/**
 * One turn: what the caller said, the answers of the agent in charge, the tools they call and the agents they hand over to,
 * until somebody has spoken or the turn is stopped.
 */
export class Turn {
  private readonly tools: TurnTools;
  /** A handoff that a process began which is gone. */
  private readonly resumed: DoneHandoff | undefined;
  private agent: Agent;
  private handoffs = 0;
  /** Who handed over, as long as the new agent has not answered. */
  private handedOverBy: string | undefined;
  /** The sentence for a tool that failed, as long as the model has said nothing of it. */
  private apology: string | undefined;

  constructor(
    private readonly parts: TurnParts,
    private readonly said: Said,
  ) {
    const { agents, memo, speech } = parts;
    this.tools = new TurnTools(parts);
    this.resumed = agents.resumeHandoff(memo);
    this.agent = agents.takeCharge(memo);
    const { transcript, isRepeated } = said;
    if (!isRepeated) memo.appendToHistory(this.agent.name, 'user', transcript, { meta: { turn: speech.turnId } });
    // While the model thinks: whatever becomes of this process, what the caller said is not lost.
    memo.persistBackground();
  }

  get agentName(): string {
    return this.agent.name;
  }

  /** @throws ParleyError of the model, or `template_failed`; the caller has been told by then */
  async run(): Promise<void> {
    try {
      await this.converse();
    } catch (error) {
      if (!this.isStopped) this.say(FAILED, isParleyError(error) ? error.code : 'internal_error');
      throw error;
    }
  }

  /** Resolves when no tool is under way that it has left. */
  whenIdle(): Promise<void> {
    return this.tools.whenIdle();
  }

  private get isStopped(): boolean {
    return this.parts.signal.aborted;
  }

  private async converse(): Promise<void> {
    try {
      if (this.resumed) await this.takeOver(this.resumed);
      await this.answers();
    } finally {
      // The new agent did not come to answer: it finds the words in its thread all the same.
      if (this.handedOverBy !== undefined) this.keep(this.parts.speech.begin(this.agent), { meta: this.passedOn() });
    }
  }

  private async answers(): Promise<void> {
    for (let answer = 0; answer < MAX_ANSWERS; answer += 1) {
      if (this.isStopped) return;
      const wanted = await this.answer();
      if (this.isStopped || wanted.calls.length === 0) return;
      const handoff = await this.callTools(wanted);
      if (this.isStopped || !handoff) continue;
      this.handedOverBy = handoff.from.name;
      await this.takeOver(handoff);
    }
    if (!this.isStopped) this.say(TOO_MANY_STEPS);
  }

  /** One answer of the agent in charge, as it is now: what was changed of it since counts. */
  private async answer(): Promise<WantedCalls> {
    const { memo, agents } = this.parts;
    this.agent = agents.asNow(memo, this.agent);
    await agents.ensurePrompt(memo, this.agent);
    const offered = agents.tools(memo, this.agent);
    if (this.isStopped) return { calls: [], offered };
    return { calls: await this.ask(offered), offered };
  }

  private async ask(tools: readonly ToolSpec[]): Promise<readonly ToolCall[]> {
    const { speech } = this.parts;
    const { agent } = this;
    const message = speech.begin(agent);
    const answer = new ModelAnswer(this.parts, message);
    const meta = this.passedOn();
    let isBroken = true;
    try {
      await answer.stream({ agent, messages: this.shown(), tools });
      isBroken = this.isStopped;
      if (isBroken) return [];
      if (message.reply.text.trim() !== '') this.apology = undefined;
      else if (answer.calls.length === 0) writeOut(this.parts, message, this.apology ?? NOTHING_SAID);
      return answer.calls;
    } finally {
      this.keep(message, isBroken ? { meta, isBroken } : { calls: answer.calls, meta });
      this.handedOverBy = undefined;
    }
  }

  /** What the caller said to the agent before, for the thread of the new one. */
  private passedOn(): JsonObject {
    return this.handedOverBy === undefined ? {} : handoffMeta(this.handedOverBy, this.said.transcript);
  }

  private shown(): readonly ChatMessage[] {
    const messages = chatMessages(this.parts.memo, this.agent.name);
    const said: ChatMessage = { role: 'user', content: this.said.transcript };
    if (this.handedOverBy !== undefined || this.isSaidElsewhere(messages)) messages.push(said);
    return messages;
  }

  /** Of a turn that is taken up again, the caller's words may stand in another agent's thread, or before half an answer. */
  private isSaidElsewhere(messages: readonly ChatMessage[]): boolean {
    if (!this.said.isRepeated) return false;
    const words = messages.findLast(({ role }) => role === 'user');
    return words?.content !== this.said.transcript || messages.at(-1)?.role === 'assistant';
  }

  /** Where the turn may write nothing more, its words are not kept. */
  private keep(...[message, kept]: Parameters<TurnParts['speech']['keep']>): void {
    const { lost, speech, memo } = this.parts;
    if (lost.aborted) return;
    speech.keep(message, kept);
    memo.persistBackground();
  }

  /** Words that no model has made, as a message of their own. */
  private say(text: string, failed?: string): void {
    const message = this.parts.speech.begin(this.agent);
    writeOut(this.parts, message, text);
    this.keep(message, failed === undefined ? {} : { meta: { failed } });
  }

  /** Runs the tools one after another: each sees what those before it did. A handoff ends the list. */
  private async callTools({ calls, offered }: WantedCalls): Promise<DoneHandoff | undefined> {
    for (const call of calls) {
      if (this.isStopped) return undefined;
      const { id: callId, name: tool } = call;
      this.parts.emit({ type: 'toolStarted', callId, tool });
      const outcome = await this.callTool(call, offered);
      if (!outcome) return undefined;
      this.parts.emit({ type: 'toolEnded', callId, tool, ok: outcome.ok });
      if (outcome.handoff) return outcome.handoff;
    }
    return undefined;
  }

  /** Undefined where the turn was stopped meanwhile. */
  private async callTool(
    call: ToolCall,
    offered: readonly ToolSpec[],
  ): Promise<{ readonly ok: boolean; readonly handoff?: DoneHandoff } | undefined> {
    const { memo, agents } = this.parts;
    const isOffered = offered.some(({ name }) => name === call.name);
    if (isOffered && agents.isHandoff(memo, call.name)) {
      const handoff = this.handOver(call);
      return handoff ? { ok: true, handoff } : { ok: false };
    }
    const result = isOffered ? await this.tools.run(this.agent, call) : this.tools.refuse(this.agent, call);
    if (result && !result.ok) this.apology = result.spoken;
    return result;
  }

  private handOver(call: ToolCall): DoneHandoff | undefined {
    const { timer } = this.parts;
    timer.start('handoff');
    const handoff = this.tools.handOver(this.agent, call, this.handoffs < MAX_HANDOFFS);
    if (!handoff) timer.cancel('handoff');
    return handoff;
  }

  /** The new agent greets the caller, and answers next. */
  private async takeOver(handoff: DoneHandoff): Promise<void> {
    const { memo, agents, timer, emit } = this.parts;
    const { tool, from, to } = handoff;
    this.handoffs += 1;
    this.agent = to;
    emit({ type: 'handoff', tool, from: from.name, to: to.name });
    emit({ type: 'agentChanged', agent: to.name });
    await agents.ensurePrompt(memo, to);
    const greeting = (await agents.greeting(memo, handoff)).trim();
    timer.stop('handoff');
    if (greeting === '' || this.isStopped) return;
    const message = this.parts.speech.begin(to);
    writeOut(this.parts, message, greeting);
    this.keep(message, { meta: { greeting: true } });
  }
}
