import { Registry } from 'prom-client';
import { idSequence } from '../../src/common/ids';
import { FleetLatency, LatencyBudgets, LatencySeries, ServiceLatency } from '../../src/latency';
import { LatencyMeter } from '../../src/latency/latency-meter';
import { LatencyMetrics } from '../../src/latency/latency-metrics';
import { AppliedBatches } from '../../src/store/applied-batches';
import { InstrumentedSessionStore } from '../../src/store/instrumented-session-store';
import { OwnStages } from '../../src/store/own-stages';
import { TouchedSessions } from '../../src/store/touched-sessions';
import type { Op } from '../../src/store/ops';
import type { SessionStore } from '../../src/store/session-store';
import type { SharedStore } from '../../src/store/shared-store';
import { describeOnBothStores, type OpenWorld, type SharedHarness } from '../support/both-stores';
import { withOutages } from '../support/outage';
import { ManualClock } from '../support/manual-clock';

export function budgetsOf(budgets: Readonly<Record<string, number>> = {}): LatencyBudgets {
  return new LatencyBudgets({ latency: { runsEnabled: false, budgets: new Map(Object.entries(budgets)) } });
}

/** The latency module of one process on its own connections to the store; what it applies is what it counts. */
export class LatencyProcess {
  readonly applied = new AppliedBatches();
  /** What is counted is what the test says, and not what the store reports: every call of it is a sample. */
  readonly own = new OwnStages();
  readonly calls = new OwnStages();
  readonly registry = new Registry();
  readonly service: ServiceLatency;
  readonly fleet: FleetLatency;
  readonly series: LatencySeries;
  readonly meter: LatencyMeter;
  /** Tells of what it applies, as the service's store does. */
  readonly sessions: SessionStore;
  private readonly nextBatchId = idSequence();

  constructor(
    sessions: SessionStore,
    readonly shared: SharedStore,
    clock: ManualClock,
    budgets = budgetsOf(),
  ) {
    this.sessions = new InstrumentedSessionStore(
      sessions,
      clock,
      this.registry,
      this.applied,
      this.calls,
      new TouchedSessions(),
    );
    this.service = new ServiceLatency(clock);
    this.fleet = new FleetLatency(shared, clock);
    this.series = new LatencySeries(shared, budgets, clock);
    const metrics = new LatencyMetrics(this.registry, budgets);
    this.meter = new LatencyMeter(this.applied, this.own, this.service, metrics, budgets, clock, shared);
    this.meter.onModuleInit();
  }

  async stop(): Promise<void> {
    await this.meter.beforeApplicationShutdown();
    this.meter.onApplicationShutdown();
  }

  open(sessionId: string) {
    return this.sessions.create(sessionId, 600, { id: this.nextBatchId(), ops: [] });
  }

  apply(sessionId: string, ...ops: Op[]) {
    return this.sessions.apply(sessionId, { id: this.nextBatchId(), ops });
  }

  record(sessionId: string, stage: string, ...seconds: number[]) {
    return this.apply(sessionId, ...seconds.map((of) => ({ op: 'recordLatency', stage, seconds: of }) as const));
  }
}

export interface LatencyWorld {
  readonly clock: ManualClock;
  /** Two processes on one store; on the embedded store, which only one process has, two on the same store object. */
  readonly one: LatencyProcess;
  readonly two: LatencyProcess;
  /** Lets time pass, for the store as well. */
  advance(seconds: number): Promise<void>;
  /** While it is away, the store of what is shared answers process `two` with errors. */
  readonly outage: { away: boolean };
}

/** Runs the same tests on both stores, each test with a store of its own. */
export function onBothStores(title: string, define: (world: () => LatencyWorld) => void): void {
  describeOnBothStores(title, openWorld, define);
}

async function openWorld(harness: SharedHarness): Promise<OpenWorld<LatencyWorld>> {
  const { store, peer, shared } = harness;
  const clock = new ManualClock();
  const outage = { away: false };
  const one = new LatencyProcess(store, shared.store, clock, budgetsOf({ llm: 1 }));
  const two = new LatencyProcess(peer, withOutages(shared.peer, outage), clock, budgetsOf({ llm: 1 }));
  const advance = async (seconds: number) => {
    clock.advance(seconds);
    await harness.advance(seconds);
  };
  return { world: { clock, one, two, outage, advance }, close: () => Promise.all([one.stop(), two.stop()]) };
}
