import { Counter, Histogram, type Registry } from 'prom-client';
import type { Clock } from '../common/clock';
import { isParleyError } from '../common/parley-error';
import type { AppliedBatch, AppliedBatches } from './applied-batches';
import type { OwnStages } from './own-stages';
import type { TouchedSessions } from './touched-sessions';
import type { Batch, FeedListener, Receipt, SessionStore } from './session-store';

type StoreCall =
  | 'create'
  | 'apply'
  | 'load'
  | 'readRevision'
  | 'readContext'
  | 'readOverview'
  | 'readHistory'
  | 'readPlayback'
  | 'readChanges'
  | 'readAgentChanges'
  | 'end'
  | 'list'
  | 'readRaw'
  | 'repair';

/** What no turn waits for: the list of sessions is looked through in the background, and would be most of the stage. */
const BESIDE_TURNS: readonly StoreCall[] = ['list', 'readOverview'];

/** Measures a store from the outside: how long each call took and how it ended. Tells of that, and of what was applied. */
export class InstrumentedSessionStore implements SessionStore {
  private readonly seconds: Histogram;
  private readonly notReplicated: Counter;
  private readonly corrupt: Counter;
  private readonly quarantined: Counter;

  constructor(
    private readonly store: SessionStore,
    private readonly clock: Clock,
    registry: Registry,
    private readonly applied: AppliedBatches,
    private readonly own: OwnStages,
    private readonly touched: TouchedSessions,
  ) {
    this.seconds = new Histogram({
      name: 'parley_store_seconds',
      help: 'Calls of the session store, by call and outcome (ok or the error code).',
      labelNames: ['call', 'outcome'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [registry],
    });
    this.notReplicated = new Counter({
      name: 'parley_store_not_replicated_total',
      help: 'Writes that too few replicas had in REDIS_WAIT_MS; stored on the primary.',
      registers: [registry],
    });
    this.corrupt = new Counter({
      name: 'parley_corrupt_sessions_total',
      help: 'Calls that met a stored session which cannot be read, by call.',
      labelNames: ['call'],
      registers: [registry],
    });
    this.quarantined = new Counter({
      name: 'parley_quarantined_fields_total',
      help: 'Stored fields that could not be read and were taken out of their sessions by repairs.',
      registers: [registry],
    });
  }

  get description(): string {
    return this.store.description;
  }

  create(sessionId: string, ttlSeconds: number, batch: Batch) {
    const receipt = this.measure('create', this.store.create(sessionId, ttlSeconds, batch));
    return this.told(sessionId, batch, receipt, { opened: true, ttlSeconds });
  }

  apply(sessionId: string, batch: Batch) {
    return this.told(sessionId, batch, this.measure('apply', this.store.apply(sessionId, batch)), { opened: false });
  }

  private async told(
    sessionId: string,
    batch: Batch,
    answer: Promise<Receipt>,
    opening: Pick<AppliedBatch, 'opened' | 'ttlSeconds'>,
  ): Promise<Receipt> {
    const receipt = await this.outcome(sessionId, answer);
    if (receipt.replicated === false) this.notReplicated.inc();
    const applied = receipt.repeated ? undefined : { sessionId, batch, receipt, ...opening };
    if (applied) this.applied.tell(applied);
    this.touched.tell({ sessionId, ...(applied && { applied }) });
    return receipt;
  }

  /** A batch that was refused has changed nothing; one whose answer was lost may have. */
  private async outcome(sessionId: string, answer: Promise<Receipt>): Promise<Receipt> {
    try {
      return await answer;
    } catch (error) {
      if (!isParleyError(error) || error.code === 'store_unavailable') this.touched.tell({ sessionId });
      throw error;
    }
  }

  load(sessionId: string) {
    return this.measure('load', this.store.load(sessionId));
  }

  readRevision(sessionId: string) {
    return this.measure('readRevision', this.store.readRevision(sessionId));
  }

  readContext(...args: Parameters<SessionStore['readContext']>) {
    return this.measure('readContext', this.store.readContext(...args));
  }

  readOverview(...args: Parameters<SessionStore['readOverview']>) {
    return this.measure('readOverview', this.store.readOverview(...args));
  }

  readHistory(...args: Parameters<SessionStore['readHistory']>) {
    return this.measure('readHistory', this.store.readHistory(...args));
  }

  readPlayback(sessionId: string) {
    return this.measure('readPlayback', this.store.readPlayback(sessionId));
  }

  readChanges(sessionId: string, after: number) {
    return this.measure('readChanges', this.store.readChanges(sessionId, after));
  }

  readAgentChanges(...args: Parameters<SessionStore['readAgentChanges']>) {
    return this.measure('readAgentChanges', this.store.readAgentChanges(...args));
  }

  end(sessionId: string) {
    return this.measure('end', this.store.end(sessionId)).finally(() => this.touched.tell({ sessionId }));
  }

  list(...args: Parameters<SessionStore['list']>) {
    return this.measure('list', this.store.list(...args));
  }

  readRaw(sessionId: string) {
    return this.measure('readRaw', this.store.readRaw(sessionId));
  }

  async repair(sessionId: string) {
    const repair = await this.measure('repair', this.store.repair(sessionId));
    this.quarantined.inc(repair.quarantined.length);
    return repair;
  }

  watch(sessionId: string, listener: FeedListener) {
    return this.store.watch(sessionId, listener);
  }

  status() {
    return this.store.status();
  }

  private async measure<T>(call: StoreCall, result: Promise<T>): Promise<T> {
    const startedMs = this.clock.monotonicMs();
    let outcome = 'ok';
    try {
      return await result;
    } catch (error) {
      outcome = isParleyError(error) ? error.code : 'internal_error';
      throw error;
    } finally {
      const seconds = (this.clock.monotonicMs() - startedMs) / 1000;
      this.seconds.observe({ call, outcome }, seconds);
      if (outcome === 'session_corrupt') this.corrupt.inc({ call });
      // A call that failed did not come to the stage's end.
      if (outcome === 'ok' && !BESIDE_TURNS.includes(call)) this.own.record('store', seconds);
    }
  }
}
