import { Logger } from '@nestjs/common';
import { describeError } from '../../common/logging/describe-error';
import { isParleyError } from '../../common/parley-error';
import type { JsonValue } from '../../common/json';
import type { Agent } from '../../session-agents';
import type { DoneHandoff } from '../call';
import type { ToolCall } from '../models';
import type { ToolResult } from '../tools';
import type { TurnParts } from './turn-parts';

/** Characters of a result that the history keeps and a model is shown; the memo's tool output has all of it. */
const MAX_RESULT_LENGTH = 16 * 1024;

/** Calls tools for a turn, and keeps what comes of it. */
export class TurnTools {
  private readonly logger = new Logger('Turns');

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
    if (result) {
      this.keep(agent, call, result);
      return result;
    }
    void work.then((late) => this.keepLate(call, late));
    return undefined;
  }

  /** Hands over, where it may and can. The model of the old agent is shown what came of it. */
  handOver(from: Agent, call: ToolCall, mayHandOver: boolean): DoneHandoff | undefined {
    const { memo, agents } = this.parts;
    if (!mayHandOver) {
      this.append(from, call, {
        ok: false,
        message: 'The call was handed over too often. Answer the caller yourself.',
      });
      return undefined;
    }
    try {
      const to = agents.askForHandoff(memo, call.name, call.arguments);
      this.append(from, call, { handed_over_to: to.name });
      return agents.handOver(memo, call.name, from, to, call.arguments);
    } catch (error) {
      if (!isParleyError(error)) throw error;
      this.append(from, call, { ok: false, message: 'Nobody takes this handoff. Answer the caller yourself.' });
      return undefined;
    }
  }

  private keep(agent: Agent, call: ToolCall, result: ToolResult): void {
    if (result.ok) this.parts.memo.persistToolOutput(call.name, result.output);
    this.append(agent, call, result.ok ? result.output : { ...result });
  }

  /** The conversation has gone on: the result has no place in it any more, but it is known. */
  private keepLate({ name }: ToolCall, result: ToolResult): void {
    if (!result.ok) return;
    try {
      this.parts.memo.persistToolOutput(name, result.output);
      this.parts.memo.persistBackground();
    } catch (error) {
      const { sessionId } = this.parts.memo;
      this.logger.warn({ msg: 'a tool ended after its session', tool: name, sessionId, err: describeError(error) });
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
