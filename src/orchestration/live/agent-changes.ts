import type { Agent } from '../../session-agents';
import { type DoneHandoff, handoffResult } from '../call';
import type { RealtimeSettings } from '../realtime';
import type { AskedHandoff, FunctionCalls } from './function-calls';
import type { LiveCall } from './live-call';
import type { ModelLine } from './model-line';
import { realtimeSettings } from './realtime-settings';

/** Who speaks, and as what: puts agents in charge and keeps the model's session as the one in charge is now. */
export class AgentChanges {
  constructor(
    private readonly call: LiveCall,
    private readonly line: ModelLine,
  ) {}

  /** The session of the agent in charge as it is now. @throws ParleyError `template_failed` */
  async settings(): Promise<RealtimeSettings> {
    const { call } = this;
    call.agent = call.calls.asNow(call.memo, call.agent);
    const instructions = await call.calls.ensurePrompt(call.memo, call.agent);
    return realtimeSettings(call.agent, instructions, call.calls.tools(call.memo, call.agent));
  }

  /**
   * Brings the session up to date: overrides, slots and outputs that its prompt shows, or another agent whom somebody
   * outside the call has put in charge. The first words of that one, where it was so.
   */
  async refresh(): Promise<string | undefined> {
    const { call } = this;
    const before = call.agent;
    const agent = call.calls.takeCharge(call.memo);
    call.agent = agent;
    const isOther = agent.name !== before.name;
    if (isOther) call.emit({ type: 'agentChanged', agent: agent.name });
    await this.line.update(await this.settings());
    if (!isOther) return undefined;
    const isReturn = call.memo.getHistory(agent.name).some(({ role }) => role !== 'system');
    return call.calls.greeting(call.memo, { to: agent, isReturn });
  }

  /** Carries out a handoff of this call. The new agent's first words. */
  async handOver({ made, to }: AskedHandoff, functions: FunctionCalls): Promise<string> {
    const { name, arguments: args } = made.call;
    const done = await this.putInCharge(name, this.call.agent, to, args).catch((error: unknown) => {
      functions.answer(made, JSON.stringify({ ok: false, message: 'The agent cannot take over. Go on yourself.' }));
      throw error;
    });
    functions.answer(made, JSON.stringify(handoffResult(done)));
    this.call.turns.current.end('handoff');
    return this.call.calls.greeting(this.call.memo, done);
  }

  /** Carries out a handoff that was asked for before this conversation began. What to say then, if there was one. */
  async carryOutPending(): Promise<string | undefined> {
    const { memo, calls } = this.call;
    const done = calls.resumeHandoff(memo);
    if (!done) return undefined;
    this.call.agent = done.to;
    this.call.emit({ type: 'agentChanged', agent: done.to.name });
    return calls.greeting(memo, done);
  }

  /** An agent that cannot speak gives the call back. */
  private async putInCharge(tool: string, from: Agent, to: Agent, args: string): Promise<DoneHandoff> {
    const { call } = this;
    const done = call.calls.handOver(call.memo, tool, from, call.calls.asNow(call.memo, to), args);
    call.agent = done.to;
    try {
      await this.line.update(await this.settings());
    } catch (error) {
      call.agent = from;
      call.memo.setActiveAgent(from.name);
      throw error;
    }
    call.emit({ type: 'agentChanged', agent: done.to.name });
    return done;
  }
}
