import { Registry } from 'prom-client';
import type { Clock } from '../../src/common/clock';
import { idSequence } from '../../src/common/ids';
import { ParleyError } from '../../src/common/parley-error';
import { readConfig } from '../../src/config/parley-config';
import { BaseAgents } from '../../src/session-agents/base/base-agents';
import type { AgentRules } from '../../src/session-agents/changes/agent-rules';
import { SessionChanges } from '../../src/session-agents/changes/session-changes';
import { ExperimentDocuments } from '../../src/session-agents/experiments/experiment-documents';
import { ExperimentMeter } from '../../src/session-agents/experiments/experiment-meter';
import { ExperimentOpening } from '../../src/session-agents/experiments/experiment-opening';
import { ExperimentRegistry } from '../../src/session-agents/experiments/experiment-registry';
import { ExperimentResults } from '../../src/session-agents/experiments/experiment-results';
import { ExperimentRules } from '../../src/session-agents/experiments/experiment-rules';
import { ExperimentsService } from '../../src/session-agents/experiments/experiments.service';
import type { NewExperiment } from '../../src/session-agents/experiments/given-experiment';
import { GuardRailWatch } from '../../src/session-agents/experiments/guard-rail-watch';
import { AppliedBatches } from '../../src/store/applied-batches';
import { InstrumentedSessionStore } from '../../src/store/instrumented-session-store';
import { OwnStages } from '../../src/store/own-stages';
import { TouchedSessions } from '../../src/store/touched-sessions';
import type { Op } from '../../src/store/ops';
import type { SessionStore } from '../../src/store/session-store';
import type { SharedStore } from '../../src/store/shared-store';
import { describeOnBothStores, type OpenWorld, type SharedHarness } from '../support/both-stores';
import { ManualClock } from '../support/manual-clock';
import { type Outage, withOutages } from '../support/outage';
import { anAgent } from './agents';

export const ADMIN = { actor: 'ada' };

const agents = [anAgent('Concierge', { handoff: { trigger: null, isEntryPoint: true } }), anAgent('FraudAgent')];
/** Their agents are called Concierge, which says Hello, and FraudAgent. */
export const BASE = new BaseAgents(
  agents.map((agent) => ({ agent: { ...agent, greeting: 'Hello' }, own: {} })),
  {},
);

/** What overrides may hold is told elsewhere: here all do but a prompt that is none, and a tool called `unknown`. */
const rules = {
  overrides: async (value: { prompt?: unknown }, path: string) => {
    if (Object.keys(value).length === 0) throw new ParleyError('validation_failed', 'A change changes something.');
    if (value.prompt === undefined || value.prompt === null || typeof value.prompt === 'string') return value;
    throw new ParleyError('validation_failed', 'no', { errors: [{ path: `${path}/prompt`, message: 'must be text' }] });
  },
  checkTools: (tools: unknown, _roster: unknown, path: string) => {
    if (!Array.isArray(tools) || !tools.includes('unknown')) return;
    throw new ParleyError('unknown_tool', 'no', { errors: [{ path, message: 'is unknown' }] });
  },
} as unknown as AgentRules;

/** The experiments of one process, on its own connections to the store. */
export class ExperimentProcess {
  readonly applied = new AppliedBatches();
  /** Tells of what it applies, as the service's store does. */
  readonly sessions: SessionStore;
  readonly documents: ExperimentDocuments;
  readonly registry: ExperimentRegistry;
  readonly results: ExperimentResults;
  readonly guardRails: GuardRailWatch;
  readonly meter: ExperimentMeter;
  readonly opening: ExperimentOpening;
  readonly service: ExperimentsService;
  private readonly nextBatchId = idSequence();

  constructor(sessions: SessionStore, shared: SharedStore, clock: Clock) {
    this.sessions = new InstrumentedSessionStore(
      sessions,
      clock,
      new Registry(),
      this.applied,
      new OwnStages(),
      new TouchedSessions(),
    );
    this.documents = new ExperimentDocuments(shared);
    this.registry = new ExperimentRegistry(this.documents);
    this.results = new ExperimentResults(shared);
    this.guardRails = new GuardRailWatch(this.registry, this.documents, this.results, clock);
    this.meter = new ExperimentMeter(this.applied, this.registry, this.guardRails, shared);
    this.opening = new ExperimentOpening(this.registry, new SessionChanges(this.sessions, clock, readConfig({})));
    const checks = new ExperimentRules(BASE, rules);
    this.service = new ExperimentsService(this.documents, this.registry, this.results, checks, clock);
  }

  async start(): Promise<this> {
    await this.registry.onModuleInit();
    this.meter.onModuleInit();
    return this;
  }

  async stop(): Promise<void> {
    await this.registry.beforeApplicationShutdown();
    await this.meter.beforeApplicationShutdown();
    this.meter.onApplicationShutdown();
  }

  /** Opens a session as the service does; gives its variant. */
  async open(sessionId: string, ops: readonly Op[] = []): Promise<string | undefined> {
    const batch = { id: this.nextBatchId(), ops: [...ops, ...this.opening.opsFor(sessionId)] };
    const { inEffect } = await this.sessions.create(sessionId, 600, batch);
    return inEffect?.experiment?.variant;
  }

  apply(sessionId: string, ...ops: Op[]) {
    return this.sessions.apply(sessionId, { id: this.nextBatchId(), ops });
  }

  /** Lets the caller of a session speak so often, and interrupt so often. */
  async talk(sessionId: string, turns: number, interruptions = 0): Promise<void> {
    const ops: Op[] = [];
    for (let turn = 0; turn < turns; turn += 1) ops.push({ op: 'append', agent: 'A', role: 'user', content: 'x' });
    for (let turn = 0; turn < interruptions; turn += 1) ops.push({ op: 'setInterrupted', value: true });
    await this.apply(sessionId, ...ops);
  }
}

export interface ExperimentWorld {
  readonly clock: ManualClock;
  /** Two processes on one store; on the embedded store, which only one process has, two on the same store object. */
  readonly one: ExperimentProcess;
  readonly two: ExperimentProcess;
  /** Of the process `one`. */
  readonly shared: SharedStore;
  /** Another process, not started; its store for what belongs to no session can be taken away. */
  another(): { readonly process: ExperimentProcess; readonly outage: Outage };
}

/** Runs the same tests of experiments on both stores, each test with a store of its own. */
export function onBothStores(title: string, define: (world: () => ExperimentWorld) => void): void {
  describeOnBothStores(title, openWorld, define);
}

async function openWorld({ store, peer, shared }: SharedHarness): Promise<OpenWorld<ExperimentWorld>> {
  const clock = new ManualClock();
  const one = await new ExperimentProcess(store, shared.store, clock).start();
  const two = await new ExperimentProcess(peer, shared.peer, clock).start();
  const more: ExperimentProcess[] = [];
  const another = () => {
    const outage: Outage = { away: false };
    const process = new ExperimentProcess(peer, withOutages(shared.peer, outage), clock);
    more.push(process);
    return { process, outage };
  };
  const close = async () => {
    for (const process of [one, two, ...more]) await process.stop();
  };
  return { world: { clock, one, two, shared: shared.store, another }, close };
}

export function experiment(id: string, members: Partial<NewExperiment> = {}): NewExperiment {
  const overrides = { greeting: 'Good morning' };
  return {
    id,
    agent: 'Concierge',
    variants: [
      { name: 'control', weight: 1 },
      { name: 'warm', weight: 1, overrides },
    ],
    status: 'running',
    ...members,
  };
}

/** Only one variant beside a control that nobody gets: every session is in it. */
export function certain(id: string, members: Partial<NewExperiment> = {}): NewExperiment {
  return experiment(id, { variants: [{ name: 'warm', weight: 1 }], ...members });
}

export function refusal(promise: Promise<unknown>): Promise<ParleyError> {
  return promise.then(
    () => new ParleyError('internal_error', 'it was not refused'),
    (error: ParleyError) => error,
  );
}
