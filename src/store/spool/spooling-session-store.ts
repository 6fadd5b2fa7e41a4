import { isParleyError, ParleyError } from '../../common/parley-error';
import type { Batch, FeedListener, Receipt, SessionStore, StoreStatus } from '../session-store';
import type { SessionWrites, Spooled } from '../session-writes';
import { checkBatch } from '../store-errors';
import type { Spool } from './spool';

const SPOOLED: Spooled = { durability: 'spooled' };

/**
 * A store behind a spool. A batch that came through {@link write} and that the store did not take, or may have taken, waits
 * in the spool under its id; until it is replayed everything of its session that comes later waits behind it, or is
 * refused where the caller needs the store's own answer. So nothing overtakes what was answered before it came.
 */
export class SpoolingSessionStore implements SessionStore, SessionWrites {
  constructor(
    private readonly store: SessionStore,
    private readonly spool: Spool,
  ) {}

  get description(): string {
    return this.store.description;
  }

  async write(sessionId: string, batch: Batch): Promise<Receipt | Spooled> {
    checkBatch(batch);
    if (this.spool.holds(sessionId)) return this.keep(sessionId, batch);
    try {
      return await this.store.apply(sessionId, batch);
    } catch (error) {
      if (!isParleyError(error, 'store_unavailable')) throw error;
      return this.keep(sessionId, batch);
    }
  }

  private async keep(sessionId: string, batch: Batch): Promise<Spooled> {
    await this.spool.append(sessionId, batch);
    return SPOOLED;
  }

  isDegraded(sessionId: string): boolean {
    return this.spool.holds(sessionId);
  }

  async create(sessionId: string, ttlSeconds: number, batch: Batch) {
    this.checkNothingWaits(sessionId);
    return this.store.create(sessionId, ttlSeconds, batch);
  }

  async apply(sessionId: string, batch: Batch) {
    this.checkNothingWaits(sessionId);
    return this.store.apply(sessionId, batch);
  }

  async end(sessionId: string) {
    this.checkNothingWaits(sessionId);
    return this.store.end(sessionId);
  }

  private checkNothingWaits(sessionId: string): void {
    if (!this.spool.holds(sessionId)) return;
    throw new ParleyError('store_unavailable', `Earlier writes of session ${sessionId} wait for the store.`);
  }

  /** Up as long as writes can be taken, by whomever. */
  async status(): Promise<StoreStatus> {
    const { up, reason } = await this.store.status();
    const spool = this.spool.figures;
    if (up && spool.entries === 0) return { up, spool };
    const why = reason === undefined ? {} : { reason };
    return { up: up || !this.spool.isFull, degraded: true, ...why, spool };
  }

  load(sessionId: string) {
    return this.store.load(sessionId);
  }

  readRevision(sessionId: string) {
    return this.store.readRevision(sessionId);
  }

  readContext(...args: Parameters<SessionStore['readContext']>) {
    return this.store.readContext(...args);
  }

  readOverview(...args: Parameters<SessionStore['readOverview']>) {
    return this.store.readOverview(...args);
  }

  readHistory(...args: Parameters<SessionStore['readHistory']>) {
    return this.store.readHistory(...args);
  }

  readPlayback(sessionId: string) {
    return this.store.readPlayback(sessionId);
  }

  readChanges(sessionId: string, after: number) {
    return this.store.readChanges(sessionId, after);
  }

  readAgentChanges(sessionId: string) {
    return this.store.readAgentChanges(sessionId);
  }

  list(...args: Parameters<SessionStore['list']>) {
    return this.store.list(...args);
  }

  readRaw(sessionId: string) {
    return this.store.readRaw(sessionId);
  }

  repair(sessionId: string) {
    return this.store.repair(sessionId);
  }

  watch(sessionId: string, listener: FeedListener) {
    return this.store.watch(sessionId, listener);
  }
}
