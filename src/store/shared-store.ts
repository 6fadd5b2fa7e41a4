import type { JsonValue } from '../common/json';

/** A document as it is stored. */
export interface StoredDocument {
  /** Grows by one with every write; 1 for the first. */
  readonly version: number;
  readonly value: JsonValue;
}

/** How often something was counted in the window under way. */
export interface WindowCount {
  readonly count: number;
  /** Seconds until the window ends. */
  readonly remainingSeconds: number;
}

/**
 * What belongs to no session and is shared by all processes on one store: documents, counters, counts in windows of
 * time, and notices. Two adapters implement it, both held to test/contract/shared-store.contract.ts.
 *
 * Collections and keys are 1 to 200 characters of `A-Z a-z 0-9 . _ : / -`; names of documents and counters are as those
 * of operations. Every method throws ParleyError `store_unavailable` (retryable) when the store does not answer in time.
 */
export interface SharedStore {
  /** All documents of a collection, by name. */
  readDocuments(collection: string): Promise<Map<string, StoredDocument>>;
  /**
   * Writes a document, or removes it where the value is null, if it still has the version that the writer has seen: 0
   * where it saw none. Whoever watches the collection is told.
   * @returns the new version; 0 after a removal
   * @throws ParleyError `revision_conflict` where the version is another one
   */
  writeDocument(collection: string, name: string, value: JsonValue, seenVersion: number): Promise<number>;
  /** Calls the listener after every write to the collection, by whomever, and whenever writes may have been missed. */
  watchDocuments(collection: string, listener: () => void): Promise<() => Promise<void>>;
  /**
   * Adds whole numbers to counters, blindly: what several processes add merges by itself. The counters of a key expire
   * together, `ttlSeconds` after the last addition.
   */
  addCounts(key: string, counts: ReadonlyMap<string, number>, ttlSeconds: number): Promise<void>;
  /** The counters of a key; empty where there are none. */
  readCounts(key: string): Promise<Map<string, number>>;
  /** Removes the counters of a key. */
  removeCounts(key: string): Promise<void>;
  /**
   * Adds to the count of the window that runs for the key, or begins one of that many seconds. Windows do not slide:
   * one that has begun ends at its time whatever is added. A negative amount gives back; no count goes below 0.
   */
  countInWindow(key: string, amount: number, windowSeconds: number): Promise<WindowCount>;
  /** Tells whoever watches the topic now, in all processes, this one included. Nothing of it is kept. */
  publishNotice(topic: string, notice: JsonValue): Promise<void>;
  /** Calls the listener with every notice, and with undefined whenever some may have been missed. */
  watchNotices(topic: string, listener: (notice: JsonValue | undefined) => void): Promise<() => Promise<void>>;
}

/** Injection token of {@link SharedStore}. */
export const SHARED_STORE = Symbol('SHARED_STORE');
