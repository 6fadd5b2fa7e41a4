import { ParleyError } from '../../src/common/parley-error';
import type { Batch, FeedEvent, FeedListener, SessionStore } from '../../src/store/session-store';

/** A call that waits at a gate. The test says how it goes on, once. */
export interface HeldCall<T> {
  readonly subject: T;
  /** Lets it through; resolves when the store has answered, whatever it answered. */
  pass(): Promise<void>;
  /** Lets it reach the store and holds the answer, until the function is called that this resolves with. */
  reach(): Promise<() => void>;
  /** Fails it before it reaches the store. */
  fail(error?: ParleyError): void;
  /** Lets it reach the store and loses the answer. */
  lose(): Promise<void>;
}

/** Where calls of one kind can be held back, one by one. */
export class Gate<T> {
  /** Every call so far, held or not. */
  readonly calls: T[] = [];
  /** Most calls that were under way at the same time. */
  mostAtOnce = 0;
  private underWay = 0;
  private holding = false;
  private readonly arrived: HeldCall<T>[] = [];
  private readonly expecting: ((call: HeldCall<T>) => void)[] = [];

  hold(): void {
    this.holding = true;
  }

  /** Lets everything through from now on. */
  open(): void {
    this.holding = false;
    for (const call of this.arrived.splice(0)) void call.pass();
  }

  /** The next call that is held, now or as soon as it comes. */
  next(): Promise<HeldCall<T>> {
    const call = this.arrived.shift();
    return call ? Promise.resolve(call) : new Promise((resolve) => this.expecting.push(resolve));
  }

  /** Held calls that nobody has taken. */
  get waiting(): number {
    return this.arrived.length;
  }

  async run<R>(subject: T, work: () => Promise<R>): Promise<R> {
    this.calls.push(subject);
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    try {
      return await (this.holding ? this.held(subject, work) : work());
    } finally {
      this.underWay -= 1;
    }
  }

  private held<R>(subject: T, work: () => Promise<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const reach = () =>
        work().then(
          (value) => () => resolve(value),
          (error: Error) => () => reject(error),
        );
      const call: HeldCall<T> = {
        subject,
        reach,
        pass: async () => (await reach())(),
        fail: (error = unavailable()) => reject(error),
        lose: async () => {
          await reach();
          reject(unavailable());
        },
      };
      const taker = this.expecting.shift();
      if (taker) taker(call);
      else this.arrived.push(call);
    });
  }
}

/** What becomes of a notification: called with it and with the way on. */
export type FeedGate = (event: FeedEvent, deliver: () => void) => void;

/** A real store behind gates: a test can hold, fail and release its writes, loads and creations, and lose notifications. */
export class HeldStore implements SessionStore {
  readonly writes = new Gate<Batch>();
  readonly loads = new Gate<string>();
  readonly creations = new Gate<string>();
  /** Of kept changes. */
  readonly reads = new Gate<string>();
  /** Delivers at once, unless a test says otherwise. */
  onFeed: FeedGate = (_event, deliver) => deliver();
  private readonly listeners = new Set<FeedListener>();

  constructor(private readonly inner: SessionStore) {}

  get description(): string {
    return this.inner.description;
  }

  get watchers(): number {
    return this.listeners.size;
  }

  /** Sends a notification to everybody, beside what the store itself tells. */
  emit(event: FeedEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  apply(...[sessionId, batch]: Parameters<SessionStore['apply']>): ReturnType<SessionStore['apply']> {
    return this.writes.run(batch, () => this.inner.apply(sessionId, batch));
  }

  load(sessionId: string): ReturnType<SessionStore['load']> {
    return this.loads.run(sessionId, () => this.inner.load(sessionId));
  }

  async watch(sessionId: string, listener: FeedListener): Promise<() => Promise<void>> {
    const stop = await this.inner.watch(sessionId, (event) => this.onFeed(event, () => listener(event)));
    this.listeners.add(listener);
    return async () => {
      this.listeners.delete(listener);
      await stop();
    };
  }

  create(...args: Parameters<SessionStore['create']>): ReturnType<SessionStore['create']> {
    return this.creations.run(args[0], () => this.inner.create(...args));
  }

  readRevision(sessionId: string): Promise<number> {
    return this.inner.readRevision(sessionId);
  }

  readContext(...args: Parameters<SessionStore['readContext']>): ReturnType<SessionStore['readContext']> {
    return this.inner.readContext(...args);
  }

  readPlayback(sessionId: string): ReturnType<SessionStore['readPlayback']> {
    return this.inner.readPlayback(sessionId);
  }

  readChanges(...args: Parameters<SessionStore['readChanges']>): ReturnType<SessionStore['readChanges']> {
    return this.reads.run(args[0], () => this.inner.readChanges(...args));
  }

  readAgentChanges(
    ...args: Parameters<SessionStore['readAgentChanges']>
  ): ReturnType<SessionStore['readAgentChanges']> {
    return this.inner.readAgentChanges(...args);
  }

  readOverview(...args: Parameters<SessionStore['readOverview']>): ReturnType<SessionStore['readOverview']> {
    return this.inner.readOverview(...args);
  }

  readHistory(...args: Parameters<SessionStore['readHistory']>): ReturnType<SessionStore['readHistory']> {
    return this.inner.readHistory(...args);
  }

  end(sessionId: string): Promise<void> {
    return this.inner.end(sessionId);
  }

  list(...args: Parameters<SessionStore['list']>): ReturnType<SessionStore['list']> {
    return this.inner.list(...args);
  }

  status(): ReturnType<SessionStore['status']> {
    return this.inner.status();
  }
}

/** What a store says that does not answer. */
export function unavailable(): ParleyError {
  return new ParleyError('store_unavailable', 'The store does not answer.');
}
