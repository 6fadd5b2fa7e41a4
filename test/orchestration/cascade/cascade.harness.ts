import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { readConfig, type TurnConfig } from '../../../src/config/parley-config';
import { StageTimers } from '../../../src/latency';
import { IgnoredSamples } from '../../../src/latency/ignored-samples';
import { type MemoManager, MemoService, PersistMonitor } from '../../../src/memo';
import { CallAgents, LingeringMemos } from '../../../src/orchestration/call';
import { CascadeOrchestratorAdapter, type TurnEvent, type TurnOptions } from '../../../src/orchestration/cascade';
import type { ChatModel } from '../../../src/orchestration/models';
import { ToolRegistry } from '../../../src/orchestration/tools';
import { AgentPrompts } from '../../../src/session-agents';
import type { BaseAgents } from '../../../src/session-agents/base/base-agents';
import { readBaseAgents } from '../../../src/session-agents/base/read-base-agents';
import { AgentImport } from '../../../src/session-agents/changes/agent-import';
import { AgentRules } from '../../../src/session-agents/changes/agent-rules';
import { SessionChanges } from '../../../src/session-agents/changes/session-changes';
import { PromptRenderer } from '../../../src/session-agents/prompts/prompt-renderer';
import { SessionAgentManager } from '../../../src/session-agents/session-agent-manager';
import type { Op } from '../../../src/store/ops';
import { OwnStages } from '../../../src/store/own-stages';
import { threadMessages } from '../../../src/store/session-state';
import type { SessionStore } from '../../../src/store/session-store';
import type { StoreHarness } from '../../contract/session-store.contract';
import { embeddedHarness } from '../../store/embedded.harness';
import { redisHarness } from '../../store/redis.harness';
import { HeldStore } from '../../support/held-store';
import { ManualClock } from '../../support/manual-clock';
import type { StoreKind } from '../../support/store-data';
import { moduleOf, toolHost } from '../tools.harness';
import { CallTools } from './call-tools';

const TURNS: TurnConfig = { overlap: 'interrupt', leaseSeconds: 10, waitMs: 5000 };

export interface CascadeOptions {
  readonly store?: StoreKind;
  readonly turns?: Partial<TurnConfig>;
}

/** What all processes of a harness share. */
interface Shared {
  readonly clock: ManualClock;
  readonly base: BaseAgents;
  readonly renderer: PromptRenderer;
  readonly registry: ToolRegistry;
  readonly turns: TurnConfig;
}

/** One process that runs calls: memos and an orchestrator of its own, on a store behind gates. */
export class CallProcess {
  readonly store: HeldStore;
  readonly memos: MemoService;
  readonly lingering: LingeringMemos;
  readonly manager: SessionAgentManager;
  readonly agents: CallAgents;
  readonly cascade: CascadeOrchestratorAdapter;
  readonly metrics = new Registry();

  constructor(inner: SessionStore, model: ChatModel, { clock, base, renderer, registry, turns }: Shared) {
    this.store = new HeldStore(inner);
    const options = { pendingMaxBytes: 1e8, sessionPendingMaxBytes: 1e7, shutdownTimeoutMs: 5000, backoff: () => 1 };
    this.memos = new MemoService(this.store, clock, options, new PersistMonitor(this.metrics), new OwnStages());
    this.lingering = new LingeringMemos(this.memos);
    const config = readConfig({});
    const rules = new AgentRules(renderer, base, config);
    const changes = new SessionChanges(this.store, clock, config);
    this.manager = new SessionAgentManager(base, changes, rules, new AgentImport(rules, base));
    this.agents = new CallAgents(this.manager, this.manager, new AgentPrompts(renderer), registry);
    const timers = new StageTimers(clock, new IgnoredSamples(this.metrics));
    this.cascade = new CascadeOrchestratorAdapter(this.lingering, this.agents, registry, timers, model, clock, {
      turns,
    });
  }

  /** All that happens in a turn. */
  async turn(sessionId: string, transcript: string, options?: TurnOptions): Promise<TurnEvent[]> {
    const events: TurnEvent[] = [];
    for await (const event of this.cascade.processTurn(sessionId, transcript, options)) events.push(event);
    return events;
  }

  /** A turn that is followed from outside. */
  begin(sessionId: string, transcript: string, options?: TurnOptions): StartedTurn {
    return new StartedTurn(this.cascade.processTurn(sessionId, transcript, options));
  }

  memo(sessionId: string): Promise<MemoManager> {
    return this.memos.restore(sessionId);
  }

  async close(): Promise<void> {
    this.lingering.onModuleDestroy();
    await this.memos.beforeApplicationShutdown();
  }
}

/** Reads the events of a turn as they come. */
export class StartedTurn {
  readonly events: TurnEvent[] = [];
  readonly ended: Promise<TurnEvent | undefined>;
  private readonly watchers = new Set<() => void>();

  constructor(events: AsyncIterable<TurnEvent>) {
    this.ended = this.read(events);
    // Whoever does not wait for the end looks at the events.
    this.ended.catch(() => undefined);
  }

  /** Waits until as many events of a type have come. */
  async has(type: TurnEvent['type'], count = 1): Promise<void> {
    while (this.events.filter((event) => event.type === type).length < count) {
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  private async read(events: AsyncIterable<TurnEvent>): Promise<TurnEvent | undefined> {
    for await (const event of events) {
      this.events.push(event);
      for (const tell of this.watchers) tell();
      this.watchers.clear();
    }
    return this.events.at(-1);
  }
}

/** Calls on a real store, in as many processes as a test wants. */
export class CascadeHarness {
  private readonly processes: CallProcess[] = [];

  private constructor(
    readonly stores: StoreHarness,
    private readonly shared: Shared,
    readonly tools: CallTools,
    /** What tools have logged. */
    readonly logged: unknown[],
    private readonly app: INestApplicationContext,
  ) {}

  static async open({ store = 'embedded', turns = {} }: CascadeOptions = {}): Promise<CascadeHarness> {
    const clock = new ManualClock();
    const config = readConfig({});
    const { app, registry, logged } = await toolHost([moduleOf(CallTools)], clock);
    const base = await readBaseAgents(join(__dirname, 'agents'), config.templates);
    const stores = store === 'embedded' ? await embeddedHarness(true) : await redisHarness(undefined, true);
    const renderer = new PromptRenderer(config);
    const shared = { clock, base, renderer, registry, turns: { ...TURNS, ...turns } };
    return new CascadeHarness(stores, shared, app.get(CallTools, { strict: false }), logged, app);
  }

  get clock(): ManualClock {
    return this.shared.clock;
  }

  /** The second one has connections of its own, where the store is one that has some. */
  process(model: ChatModel): CallProcess {
    const inner = this.processes.length % 2 === 0 ? this.stores.store : this.stores.peer;
    const process = new CallProcess(inner, model, this.shared);
    this.processes.push(process);
    return process;
  }

  /** What is warned of from now on, until the spies are restored. */
  warnings(): unknown[] {
    const warned: unknown[] = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void warned.push(line));
    return warned;
  }

  /** Failures are what the test is about: they fill no page. */
  silence(): void {
    for (const level of ['warn', 'error'] as const) jest.spyOn(Logger.prototype, level).mockReturnValue(undefined);
  }

  /** A new session; its id. */
  async session(...ops: Op[]): Promise<string> {
    const sessionId = randomUUID();
    await this.stores.store.create(sessionId, 7200, { id: 'open', ops });
    return sessionId;
  }

  async advance(seconds: number): Promise<void> {
    this.clock.advance(seconds);
    await this.stores.advance(seconds);
  }

  /** What the store has of an agent's thread: `role: content`. */
  async thread(sessionId: string, agent = 'Front'): Promise<string[]> {
    return (await this.messages(sessionId, agent)).map(({ role, content }) => `${role}: ${content}`);
  }

  /** What the store has of an agent's thread, beside the system prompt. */
  async messages(sessionId: string, agent = 'Front') {
    const { history } = await this.stores.store.load(sessionId);
    return threadMessages(history.get(agent)).filter(({ seq }) => seq > 0);
  }

  async close(): Promise<void> {
    for (const process of this.processes) await process.close();
    await this.shared.renderer.onApplicationShutdown();
    await this.app.close();
    await this.stores.close();
  }
}

/** `type` and what matters of it, without the turn. */
export function told(events: readonly TurnEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'sentence':
        return `${event.agent}: ${event.text}`;
      case 'toolStarted':
        return `${event.tool}...`;
      case 'toolEnded':
        return `${event.tool} ${event.ok ? 'ok' : 'failed'}`;
      case 'handoff':
        return `${event.from} > ${event.to}`;
      case 'agentChanged':
        return `now ${event.agent}`;
      case 'failed':
        return `failed ${event.code}`;
      default:
        return event.type;
    }
  });
}
