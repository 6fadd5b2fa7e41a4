import type { JsonValue } from '../common/json';
import type { AgentTrail } from './agent-state';
import type { ExperimentTag, Op } from './ops';
import type { Playback } from './playback';
import type { RawSession, Repair } from './raw-session';
import type { SpoolFigures } from './spool/spool-figures';
import type { InEffect, Message, SessionState } from './session-state';

/** One change of a session, all or nothing. */
export interface Batch {
  /** Unique within the session; the same id applied again returns the first receipt. 1 to 128 characters. */
  readonly id: string;
  readonly ops: readonly Op[];
  /** Of the lease under which it was made: refused (`lease_lost`) where that has passed on since. */
  readonly fence?: number;
}

export interface Receipt {
  /** The session's revision after the batch. */
  readonly revision: number;
  /** Sequence numbers given to the batch's `append` operations, in their order. */
  readonly messages: readonly number[];
  /** When the store applied it, seconds since the epoch. */
  readonly at: number;
  /** How often the caller has interrupted by now; where the batch interrupted or resumed. */
  readonly epoch?: number;
  /** The batch had been applied before: this is what was answered then. */
  readonly repeated?: true;
  /** It is durable where it was written, but not on as many replicas as are wanted; absent where it is, or none are. */
  readonly replicated?: false;
  /** After the batch; absent where the session has neither an active agent nor agents of its own, and in a repetition. */
  readonly inEffect?: InEffect;
}

/** What the change feed tells of an applied batch. */
export interface Change {
  readonly kind: 'change';
  readonly batchId: string;
  readonly revision: number;
  readonly messages: readonly number[];
  readonly at: number;
  readonly ops: readonly Op[];
  /** As in its receipt. */
  readonly epoch?: number;
}

/**
 * `ending`: the session is about to be ended; who has something to write gives its promise to `wait`, and is waited for
 * a moment. `ended`: the session is gone. `gap`: notifications may have been lost (a reconnect); whoever listens should
 * compare revisions.
 */
export type FeedEvent =
  | Change
  | { readonly kind: 'ending'; wait(work: Promise<unknown>): void }
  | { readonly kind: 'ended' }
  | { readonly kind: 'gap' };
export type FeedListener = (event: FeedEvent) => void;

export interface SessionSummary {
  readonly sessionId: string;
  readonly revision: number;
  /** Seconds since the epoch; null where an older service did not say. */
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly activeAgent: string | null;
}

/** What is wanted of a session beside what every overview has. */
export interface OverviewQuery {
  readonly contextKeys: readonly string[];
  /** Of which the last sample is wanted. */
  readonly stage: string;
}

/** A session at a glance. */
export interface SessionOverview extends SessionSummary {
  /** Seconds since the epoch; null where nothing limits it yet. */
  readonly expiresAt: number | null;
  readonly experiment: ExperimentTag | null;
  /** How often the caller has said something: messages of the role `user`, also those that were cleared since. */
  readonly turns: number;
  /** How often the caller has interrupted. */
  readonly interruptions: number;
  /** Seconds of the stage's last sample. */
  readonly lastSample: number | null;
  /** Of the keys that were asked for, those that the session has. */
  readonly context: ReadonlyMap<string, JsonValue>;
}

export interface SessionPage {
  readonly sessions: readonly SessionSummary[];
  /** Opaque; null on the last page. A page can be shorter than the limit and still not be the last. */
  readonly nextCursor: string | null;
}

export interface HistoryPage {
  readonly messages: readonly Message[];
  /** Give it as `after` for the next page; null on the last one. */
  readonly nextAfter: number | null;
}

/** A session's playback queue with what decides about it. */
export interface SessionPlayback {
  readonly queue: Playback;
  /** While the caller interrupts nothing may be taken. */
  readonly interrupted: boolean;
  readonly epoch: number;
}

/** What has happened to a session since a revision. */
export interface RecentChanges {
  /** Oldest first, without a gap, up to where the session stands. */
  readonly changes: readonly Change[];
  readonly ttlSeconds: number;
  /** Seconds since the epoch, as far as the last of them says. */
  readonly expiresAt: number;
}

export interface StoreStatus {
  readonly up: boolean;
  /** Why not, in words for an operator; without data of sessions. */
  readonly reason?: string;
  /** It is away, or was: writes are taken, and wait in this process's spool. */
  readonly degraded?: true;
  /** Absent where there is none. */
  readonly spool?: SpoolFigures;
}

/**
 * Durability of sessions. Two adapters implement it, both held to test/contract/session-store.contract.ts.
 *
 * Every method that takes a session id throws ParleyError `session_not_found` for one that never was or has
 * expired, `session_ended` for one that was ended a short while ago, `session_corrupt` for one whose stored form
 * can't be read, and `store_unavailable` (retryable) when the store does not answer in time. After
 * `store_unavailable` from `apply` the batch may or may not have been applied: send it again under the same id.
 */
export interface SessionStore {
  /** Words for the start-up banner, such as `embedded (./data)`. */
  readonly description: string;
  /** Opens a session at revision 1. @throws `session_exists` */
  create(sessionId: string, ttlSeconds: number, batch: Batch): Promise<Receipt>;
  /**
   * Makes a batch durable: atomic, in order, once. Refreshes the time to live.
   * @throws `idempotency_key_reused` for a known id with other operations, `message_not_found` for a `truncate` of a
   * number never given, `revision_conflict` for a `changeAgents` that others have come before, `epoch_passed` for what
   * belongs to a reply that the caller has interrupted, `playback_full`, `playback_not_held`, `lease_held`, `lease_lost`.
   */
  apply(sessionId: string, batch: Batch): Promise<Receipt>;
  /** The whole session; the caller owns what it gets. */
  load(sessionId: string): Promise<SessionState>;
  /** Its revision alone; costs the same however long the session is. */
  readRevision(sessionId: string): Promise<number>;
  /** One context value; undefined where the key is absent. Costs the same however long the session is. */
  readContext(sessionId: string, key: string): Promise<JsonValue | undefined>;
  /** The session at a glance. Costs the same however long the session is. */
  readOverview(sessionId: string, query: OverviewQuery): Promise<SessionOverview>;
  /** Messages of one agent with `seq > after`, oldest first; `after` -1 begins with the system prompt (seq 0). */
  readHistory(sessionId: string, agent: string, after: number, limit: number): Promise<HistoryPage>;
  /** What waits to be spoken. Costs the same however long the session is. */
  readPlayback(sessionId: string): Promise<SessionPlayback>;
  /**
   * What came after a revision; undefined where not all of it is kept, or the session has not come so far. Costs the same
   * however long the session is.
   */
  readChanges(sessionId: string, after: number): Promise<RecentChanges | undefined>;
  /** The audit trail of the session's agents, as far as it is kept. */
  readAgentChanges(sessionId: string): Promise<AgentTrail>;
  /**
   * Ends a session: its data is gone when this resolves, and every watcher is told. Watchers in all processes are told
   * before (`ending`), so that they can write what is pending; they are waited for a second at most.
   */
  end(sessionId: string): Promise<void>;
  list(limit: number, cursor?: string): Promise<SessionPage>;
  /** What is stored of a session, whether or not it can be read: never `session_corrupt`. */
  readRaw(sessionId: string): Promise<RawSession>;
  /**
   * Takes out of a session what cannot be read, and only that, so that the rest can be; what is taken out stays in the
   * session under other names. Watchers are told `gap`.
   * @throws `repair_refused` for what is no session of this layout version
   */
  repair(sessionId: string): Promise<Repair>;
  /** Calls the listener for every batch applied from now on, by whomever, until the returned function is called. */
  watch(sessionId: string, listener: FeedListener): Promise<() => Promise<void>>;
  status(): Promise<StoreStatus>;
}

/** Injection token of {@link SessionStore}. */
export const SESSION_STORE = Symbol('SESSION_STORE');

/** How many batch ids of a session are remembered at least. */
export const REMEMBERED_BATCHES = 256;
/**
 * How many of a session's last changes are kept for who was away, and how long each may be: more would be most of what a
 * short session takes, and somebody who missed more reads the session.
 */
export const KEPT_CHANGES = 32;
export const MAX_KEPT_CHANGE_BYTES = 4096;
/** Runs of samples kept of a session, where the configuration asks for runs, and samples of each: the first ones. */
export const KEPT_RUNS = 50;
export const RUN_SAMPLES = 200;
/** Raw samples kept of each stage. */
export const RECENT_SAMPLES = 32;
/**
 * How long an ended session answers `session_ended` instead of `session_not_found`: long enough for late writers
 * of the call to learn what happened, short enough to leave nothing behind.
 */
export const ENDED_MEMORY_SECONDS = 600;
