import { Logger } from '@nestjs/common';
import type { JsonValue } from '../../common/json';
import { describeError } from '../../common/logging/describe-error';
import { isParleyError } from '../../common/parley-error';
import type { Agent } from '../../session-agents';
import { type DoneHandoff, handoffResult } from '../call';
import type { ToolCall } from '../models';
import { type ToolResult, unknownTool } from '../tools';
import type { TurnParts } from './turn-parts';

/** Characters of a result that the history keeps and a model is shown; the memo's tool output has all of it. */
const MAX_RESULT_LENGTH = 16 * 1024;

/** Calls tools for a turn, and keeps what comes of it. */
export class TurnTools {
  private readonly logger = new Logger('Turns');
  private readonly late: Promise<void>[] = [];

  constructor(private readonly parts: TurnParts) {}

  /**
   * Runs a tool. A turn that is stopped does not wait for it: undefined. What the tool has begun goes on, and its output is
   * kept when it comes, because it may have moved money.
   */
  async run(agent: Agent, call: ToolCall): Promise<ToolResult | undefined> {
    const { memo, registry, timer, signal } = this.parts;
    const work = timer.time('tool', () =>
      registry.run(call.name, call.arguments, { session: memo, signal: NEVER_ABORTED }),
    );
    const stopped = whenAborted(signal);
    const result = await Promise.race([work, stopped.promise]);
    stopped.release();
    if (!result || signal.aborted) {
      this.late.push(work.then((late) => this.keepOutput(call, late)));
      return undefined;
    }
    this.keepOutput(call, result);
    this.append(agent, call, result.ok ? result.output : { ...result });
    return result;
  }

  /** A tool that the agent was not offered: a model may know its name from another agent's thread, or invent it. */
  refuse(agent: Agent, call: ToolCall): ToolResult & { readonly ok: false } {
    const result = unknownTool();
    this.append(agent, call, { ...result });
    return result;
  }

  /** Hands over, where it may and can. The model of the old agent is shown what came of it. */
  handOver(from: Agent, call: ToolCall, mayHandOver: boolean): DoneHandoff | undefined {
    const { memo, agents } = this.parts;
    if (!mayHandOver) {
      const message = 'The call was handed over too often. Answer the caller yourself.';
      this.append(from, call, { ok: false, message });
      return undefined;
    }
    try {
      const to = agents.askForHandoff(memo, call.name, call.arguments);
      const done = agents.handOver(memo, call.name, from, to, call.arguments);
      this.append(from, call, handoffResult(done));
      return done;
    } catch (error) {
      if (!isParleyError(error, 'handoff_not_found') && !isParleyError(error, 'agent_not_found')) throw error;
      this.append(from, call, { ok: false, message: 'Nobody takes this handoff. Answer the caller yourself.' });
      return undefined;
    }
  }

  /** Resolves when no tool is under way that a stopped turn has left. */
  async whenIdle(): Promise<void> {
    await Promise.all(this.late);
  }

  private keepOutput({ name }: ToolCall, result: ToolResult): void {
    const { memo, lost } = this.parts;
    if (!result.ok) return;
    try {
      if (lost.aborted) throw lost.reason;
      memo.persistToolOutput(name, result.output);
      memo.persistBackground();
    } catch (error) {
      const { sessionId } = memo;
      this.logger.warn({ msg: 'a tool has done what nobody keeps', tool: name, sessionId, err: describeError(error) });
    }
  }

  private append({ name: agent }: Agent, { id, name }: ToolCall, value: JsonValue): void {
    const text = JSON.stringify(value);
    const content = text.length <= MAX_RESULT_LENGTH ? text : JSON.stringify({ cut: text.slice(0, MAX_RESULT_LENGTH) });
    const meta = { turn: this.parts.speech.turnId, toolCallId: id, tool: name };
    this.parts.memo.appendToHistory(agent, 'tool', content, { meta });
  }
}

/** A tool that has begun is not given up because somebody speaks: only its own time ends it. */
const NEVER_ABORTED = new AbortController().signal;

function whenAborted(signal: AbortSignal): { readonly promise: Promise<undefined>; release(): void } {
  let release = () => undefined as void;
  const promise = new Promise<undefined>((resolve) => {
    const stop = () => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    release = () => signal.removeEventListener('abort', stop);
  });
  return { promise, release };
}
