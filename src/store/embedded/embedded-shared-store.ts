import { type Clock, nowSeconds } from '../../common/clock';
import type { JsonValue } from '../../common/json';
import { FeedListeners } from '../feed-listeners';
import { type NoticeListener, NoticeListeners } from '../notice-listeners';
import { checkAmount, checkCounts, checkName, SHARED_KEY } from '../shared-keys';
import type { SharedStore, StoredDocument, WindowCount } from '../shared-store';
import { decodeDocument, documentChanged, encodeDocument, versionOf } from '../stored-document';
import type { EmbeddedDatabase } from './embedded-database';

/** The one field of a window. */
const COUNT = 'count';

/** What belongs to no session, in the tables of the sessions and under the same keys and fields as in Redis. */
export class EmbeddedSharedStore implements SharedStore {
  private readonly listeners = new FeedListeners();
  private readonly notices = new NoticeListeners();

  constructor(
    private readonly database: EmbeddedDatabase,
    private readonly clock: Clock,
  ) {}

  async readDocuments(collection: string): Promise<Map<string, StoredDocument>> {
    const fields = this.fieldsOf(SHARED_KEY.documents(collection));
    return new Map(fields.map(([name, text]) => [name, decodeDocument(collection, name, text)]));
  }

  async writeDocument(collection: string, name: string, value: JsonValue, seenVersion: number): Promise<number> {
    const id = SHARED_KEY.documents(collection);
    checkName(name);
    // What is written later is what was given now, whatever becomes of the caller's object meanwhile.
    const json = value === null ? null : JSON.stringify(value);
    const version = await this.write(() => {
      const fields = this.database.sessionFields(id);
      if (versionOf(fields.get(name)) !== seenVersion) throw documentChanged(collection, name);
      if (json === null) fields.remove(name);
      else fields.set(name, encodeDocument(seenVersion + 1, json));
      return json === null ? 0 : seenVersion + 1;
    });
    this.listeners.emit(id, { kind: 'gap' });
    return version;
  }

  async watchDocuments(collection: string, listener: () => void): Promise<() => Promise<void>> {
    const id = SHARED_KEY.documents(collection);
    // A function of its own, so that a listener that is given twice can leave twice.
    const own = () => listener();
    this.listeners.add(id, own);
    return async () => this.listeners.remove(id, own);
  }

  /** To this process alone, which owns the database; listeners get a value of their own, as over a wire. */
  async publishNotice(topic: string, notice: JsonValue): Promise<void> {
    const name = SHARED_KEY.notices(topic);
    if (this.notices.has(name)) this.notices.tell(name, JSON.parse(JSON.stringify(notice)) as JsonValue);
  }

  async watchNotices(topic: string, listener: NoticeListener): Promise<() => Promise<void>> {
    const leave = this.notices.add(SHARED_KEY.notices(topic), listener);
    return async () => void leave();
  }

  async addCounts(key: string, counts: ReadonlyMap<string, number>, ttlSeconds: number): Promise<void> {
    const id = SHARED_KEY.counters(key);
    checkCounts(counts);
    if (counts.size === 0) return;
    const added = [...counts];
    await this.write(() => {
      if (this.liveEnd(id) === undefined) this.database.removeFields(id);
      for (const [name, amount] of added) this.add(id, name, amount);
      this.keepUntil(id, nowSeconds(this.clock) + ttlSeconds);
    });
  }

  async readCounts(key: string): Promise<Map<string, number>> {
    const id = SHARED_KEY.counters(key);
    const fields = this.fieldsOf(id);
    if (this.liveEnd(id) === undefined) return new Map();
    return new Map(fields.map(([name, text]) => [name, Number(text)]));
  }

  async removeCounts(key: string): Promise<void> {
    const id = SHARED_KEY.counters(key);
    await this.write(() => {
      this.database.removeFields(id);
      void this.database.ends.remove(id);
    });
  }

  countInWindow(key: string, amount: number, windowSeconds: number): Promise<WindowCount> {
    return this.write(() => {
      const id = SHARED_KEY.window(key);
      checkAmount(amount);
      let end = this.liveEnd(id);
      if (end === undefined) {
        this.database.removeFields(id);
        this.keepUntil(id, (end = nowSeconds(this.clock) + windowSeconds));
      }
      const count = this.add(id, COUNT, amount, 0);
      return { count, remainingSeconds: end - nowSeconds(this.clock) };
    });
  }

  private async write<T>(work: () => T): Promise<T> {
    this.database.checkOpen();
    return this.database.transaction(work);
  }

  private fieldsOf(id: string): [name: string, text: string][] {
    this.database.checkOpen();
    return [...this.database.fieldsOf(id)];
  }

  /** When counters or a window end that have not ended yet. */
  private liveEnd(id: string): number | undefined {
    const end = this.database.ends.get(id);
    return end !== undefined && end > nowSeconds(this.clock) ? end : undefined;
  }

  /** The index of expiries has an entry already where there was an end: the sweep moves it. */
  private keepUntil(id: string, end: number): void {
    if (this.database.ends.get(id) === undefined) void this.database.expiries.put([end, id], true);
    void this.database.ends.put(id, end);
  }

  private add(id: string, name: string, amount: number, least = -Infinity): number {
    const count = Math.max(Number(this.database.field(id, name) ?? 0) + amount, least);
    void this.database.putField(id, name, String(count));
    return count;
  }
}
