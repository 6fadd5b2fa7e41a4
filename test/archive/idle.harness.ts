import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import type { Archive } from '../../src/archive/archive';
import type { ArchiveRecord } from '../../src/archive/archive-record';
import { FileSessionArchive } from '../../src/archive/file-session-archive';
import { ExpiryWheel } from '../../src/archive/idle/expiry-wheel';
import { IdleArchivist } from '../../src/archive/idle/idle-archivist';
import { IdleLook } from '../../src/archive/idle/idle-look';
import { IdleMetrics } from '../../src/archive/idle/idle-metrics';
import { idSequence } from '../../src/common/ids';
import { ParleyError } from '../../src/common/parley-error';
import { AppliedBatches } from '../../src/store/applied-batches';
import { InstrumentedSessionStore } from '../../src/store/instrumented-session-store';
import { OwnStages } from '../../src/store/own-stages';
import { TouchedSessions } from '../../src/store/touched-sessions';
import type { Op } from '../../src/store/ops';
import type { SessionState } from '../../src/store/session-state';
import type { SessionStore } from '../../src/store/session-store';
import type { SharedStore } from '../../src/store/shared-store';
import type { StoreHarness } from '../contract/session-store.contract';
import { embeddedHarness } from '../store/embedded.harness';
import { redisHarness } from '../store/redis.harness';
import { HeldStore } from '../support/held-store';
import { ManualClock } from '../support/manual-clock';
import { type Outage, withOutages } from '../support/outage';

/** Nobody looks by himself while a test runs: it says who looks when. */
const NEVER_MS = 3_600_000;

type Line = Pick<ArchiveRecord, 'sessionId' | 'revision' | 'endedAt'>;

/** The archive of all processes, which each of them can fail to reach. */
export class LineArchive {
  readonly lines: Line[] = [];

  of(outage: Readonly<Outage>): Archive {
    return {
      append: async (line) => {
        if (outage.away) throw new ParleyError('archive_unavailable', 'The archive cannot be written (ENOSPC).');
        this.lines.push(JSON.parse(line) as Line);
      },
    };
  }

  /** Ids, in the order in which they were archived. */
  get ids(): string[] {
    return this.lines.map(({ sessionId }) => sessionId);
  }
}

const recordOf = ({ sessionId, revision }: SessionState, endedAt: number) =>
  ({ sessionId, revision, endedAt }) as ArchiveRecord;

/** One process that archives idle sessions, with connections of its own to the store. */
export class IdleProcess {
  readonly store: HeldStore;
  /** While they are away, this process reaches what is shared, or the archive, no more. */
  readonly outage = { away: false };
  readonly archiveOutage = { away: false };
  readonly registry = new Registry();
  readonly archivist: IdleArchivist;
  private readonly sessions: SessionStore;
  private readonly nextBatchId = idSequence();

  constructor(store: SessionStore, shared: SharedStore, archive: LineArchive, clock: ManualClock) {
    const applied = new AppliedBatches();
    this.store = new HeldStore(store);
    this.sessions = new InstrumentedSessionStore(
      this.store,
      clock,
      this.registry,
      applied,
      new OwnStages(),
      new TouchedSessions(),
    );
    const files = new FileSessionArchive(archive.of(this.archiveOutage), recordOf, clock);
    const wheel = new ExpiryWheel(withOutages(shared, this.outage), clock);
    const idle = new IdleLook(this.store, files, clock);
    const tools = { wheel, idle, metrics: new IdleMetrics(this.registry), clock };
    this.archivist = new IdleArchivist(applied, tools, 7200, NEVER_MS);
    this.archivist.onModuleInit();
  }

  open(sessionId: string, ttlSeconds: number) {
    return this.sessions.create(sessionId, ttlSeconds, { id: this.nextBatchId(), ops: [] });
  }

  apply(sessionId: string, ...ops: Op[]) {
    return this.sessions.apply(sessionId, { id: this.nextBatchId(), ops });
  }

  async outcomes(): Promise<Readonly<Record<string, number>>> {
    const { values = [] } = (await this.registry.getSingleMetric('parley_idle_sessions_total')?.get()) ?? {};
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels['outcome']), value]));
  }

  async stop(): Promise<void> {
    await this.archivist.beforeApplicationShutdown();
    this.archivist.onApplicationShutdown();
  }
}

export interface IdleWorld {
  readonly harness: StoreHarness;
  readonly archive: LineArchive;
  /** Two processes on one store; on the embedded store, which only one process has, two on the same store object. */
  readonly one: IdleProcess;
  readonly two: IdleProcess;
  readonly log: { readonly level: 'error' | 'warn'; readonly msg: string; readonly sessionId?: string }[];
  /** Lets time pass, for the store as well, and both processes look around. */
  readonly pass: (seconds: number) => Promise<void>;
  /** The same, and nobody looks. */
  readonly advance: (seconds: number) => Promise<void>;
}

/** Runs the same tests on both stores, each test with a store of its own. */
export function onBothStores(title: string, define: (world: () => IdleWorld) => void): void {
  describe.each([
    ['the embedded store', embeddedHarness],
    ['Redis', redisHarness],
  ] as const)(`${title}, on %s`, (_store, open) => {
    let world: IdleWorld;
    let close: () => Promise<void>;
    beforeEach(async () => {
      const harness = await open();
      const clock = new ManualClock();
      const archive = new LineArchive();
      const one = new IdleProcess(harness.store, harness.shared.store, archive, clock);
      const two = new IdleProcess(harness.peer, harness.shared.peer, archive, clock);
      const log: IdleWorld['log'] = [];
      for (const level of ['error', 'warn'] as const) {
        jest.spyOn(Logger.prototype, level).mockImplementation((...[line]: unknown[]) => {
          log.push({ level, ...(line as { msg: string; sessionId?: string }) });
        });
      }
      const advance = async (seconds: number) => {
        clock.advance(seconds);
        await harness.advance(seconds);
      };
      const pass = async (seconds: number) => {
        await advance(seconds);
        await Promise.all([one.archivist.lookAround(), two.archivist.lookAround()]);
      };
      world = { harness, archive, one, two, log, pass, advance };
      close = async () => {
        await Promise.all([one.stop(), two.stop()]);
        jest.restoreAllMocks();
        await harness.close();
      };
    });
    afterEach(() => close());
    define(() => world);
  });
}
