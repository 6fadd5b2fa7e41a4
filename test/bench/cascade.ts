import { join } from 'node:path';
import { Registry } from 'prom-client';
import { systemClock } from '../../src/common/clock';
import { readConfig } from '../../src/config/parley-config';
import { StageTimers } from '../../src/latency';
import { IgnoredSamples } from '../../src/latency/ignored-samples';
import type { MemoService } from '../../src/memo';
import { CallAgents, LingeringMemos } from '../../src/orchestration/call';
import { CascadeOrchestratorAdapter } from '../../src/orchestration/cascade';
import type { ChatEvent, ChatModel, ChatRequest } from '../../src/orchestration/models';
import type { ToolRegistry } from '../../src/orchestration/tools';
import { AgentPrompts } from '../../src/session-agents';
import { BaseAgentProvider } from '../../src/session-agents/base-agent-provider';
import { readBaseAgents } from '../../src/session-agents/base/read-base-agents';
import { PromptRenderer } from '../../src/session-agents/prompts/prompt-renderer';

/** The turns of one process, with the agents of the service and the given model. */
export async function cascadeOf(memos: MemoService, model: ChatModel): Promise<CascadeOrchestratorAdapter> {
  const config = readConfig({});
  const base = new BaseAgentProvider(await readBaseAgents(join(__dirname, '../../config/agents'), config.templates));
  const agents = new CallAgents(base, base, new AgentPrompts(new PromptRenderer(config)), NO_TOOLS);
  const timers = new StageTimers(systemClock, new IgnoredSamples(new Registry()));
  return new CascadeOrchestratorAdapter(
    new LingeringMemos(memos),
    agents,
    NO_TOOLS,
    timers,
    model,
    systemClock,
    config,
  );
}

/** Models of a bench call none: what tools cost is their own. */
const NO_TOOLS = { specs: () => [] } as unknown as ToolRegistry;

/** Says pieces of text, with a pause before each, and remembers when it was asked, and when each piece came. */
export class TimedModel implements ChatModel {
  readonly name = 'bench';
  /** Of each answer by what the caller said: when each piece was handed over, on the process's clock. */
  readonly pieceMs = new Map<string, number[]>();
  readonly askedMs = new Map<string, number>();
  readonly abortedMs = new Map<string, number>();

  constructor(
    private readonly pieces: readonly string[],
    private readonly pause: (signal: AbortSignal) => Promise<unknown> | undefined,
  ) {}

  async *stream({ messages, signal }: ChatRequest): AsyncGenerator<ChatEvent, void> {
    const said = messages.at(-1)?.content ?? '';
    this.askedMs.set(said, performance.now());
    signal.addEventListener('abort', () => this.abortedMs.set(said, performance.now()), { once: true });
    const times: number[] = [];
    this.pieceMs.set(said, times);
    for (const text of this.pieces) {
      const pause = this.pause(signal);
      if (pause) await pause;
      if (signal.aborted) return;
      times.push(performance.now());
      yield { type: 'text', text };
    }
    yield { type: 'end', reason: 'stop' };
  }
}
