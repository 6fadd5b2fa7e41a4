import fc from 'fast-check';
import type { ErrorCode } from '../../src/common/error-catalogue';
import type { JsonValue } from '../../src/common/json';
import type { SharedStore } from '../../src/store/shared-store';
import { runProperty } from '../support/property';
import { until } from '../support/until';

export interface SharedStorePair {
  readonly store: SharedStore;
  /** Another store object on the same data, as a second process would have it; the same one where there can be none. */
  readonly peer: SharedStore;
}

/** What the suite needs of an adapter beside the port. Implement it to run the suite on a store of your own. */
export interface SharedStoreHarness extends SharedStorePair {
  /** Moves time on for whatever ends. Nothing sleeps. */
  advance(seconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Names that mean something to JavaScript, or sort before and behind everything else. */
const ODD_NAMES = ['__proto__', 'constructor', 'a:b/~ c', 'é', '\u{1f600}', '\u{10ffff}', 'x'.repeat(256)];
const NOT_KEYS = ['', 'a b', 'a~b', 'é', 'a\u0000', 'x'.repeat(201)];

let unique = 0;
const newKey = (kind: string) => `${kind}/a.b:${process.pid}_${(unique += 1)}`;

async function refusal(promise: Promise<unknown>): Promise<ErrorCode | 'resolved'> {
  return promise.then(
    () => 'resolved' as const,
    (error: { code: ErrorCode }) => error.code,
  );
}

/** The promises of {@link SharedStore}, for any adapter. */
export function describeSharedStore(name: string, open: () => Promise<SharedStoreHarness>): void {
  describe(`${name} keeps the contract of the shared store`, () => {
    let harness: SharedStoreHarness;
    let store: SharedStore;
    let peer: SharedStore;

    beforeAll(async () => {
      harness = await open();
      ({ store, peer } = harness);
    });
    afterAll(() => harness.close());

    describe('documents', () => {
      const documentsOf = async (collection: string) => Object.fromEntries(await peer.readDocuments(collection));

      it('are none in a collection that nobody has written to', async () => {
        expect(await store.readDocuments(newKey('docs'))).toEqual(new Map());
      });

      it('begin at version 1 and grow by one with every write', async () => {
        const docs = newKey('docs');
        expect(await store.writeDocument(docs, 'one', { a: 1 }, 0)).toBe(1);
        expect(await peer.writeDocument(docs, 'one', { a: 2 }, 1)).toBe(2);
        expect(await store.writeDocument(docs, 'two', 'text', 0)).toBe(1);
        expect(await documentsOf(docs)).toEqual({
          one: { version: 2, value: { a: 2 } },
          two: { version: 1, value: 'text' },
        });
      });

      it('refuse a writer who has seen another version, and stay as they are', async () => {
        const docs = newKey('docs');
        expect(await refusal(store.writeDocument(docs, 'one', 'x', 1))).toBe('revision_conflict');
        await store.writeDocument(docs, 'one', 'first', 0);
        await store.writeDocument(docs, 'one', 'second', 1);
        for (const seen of [0, 1, 3]) {
          expect(await refusal(peer.writeDocument(docs, 'one', 'x', seen))).toBe('revision_conflict');
          expect(await refusal(peer.writeDocument(docs, 'one', null, seen))).toBe('revision_conflict');
        }
        expect(await documentsOf(docs)).toEqual({ one: { version: 2, value: 'second' } });
      });

      it('are removed by null, and begin anew', async () => {
        const docs = newKey('docs');
        await store.writeDocument(docs, 'stays', 1, 0);
        await store.writeDocument(docs, 'goes', 1, 0);
        expect(await peer.writeDocument(docs, 'goes', null, 1)).toBe(0);
        expect(await documentsOf(docs)).toEqual({ stays: { version: 1, value: 1 } });
        expect(await refusal(store.writeDocument(docs, 'goes', 2, 1))).toBe('revision_conflict');
        expect(await store.writeDocument(docs, 'goes', null, 0)).toBe(0);
        expect(await store.writeDocument(docs, 'goes', 2, 0)).toBe(1);
      });

      it('keep to their collection', async () => {
        const [docs, other] = [newKey('docs'), newKey('docs')];
        await store.writeDocument(docs, 'one', 'mine', 0);
        await store.writeDocument(`${docs}x`, 'one', 'longer', 0);
        await store.addCounts(docs, new Map([['one', 1]]), 60);
        expect(await documentsOf(other)).toEqual({});
        expect(await documentsOf(docs)).toEqual({ one: { version: 1, value: 'mine' } });
      });

      it('can have any name that an operation can have, and no other', async () => {
        const docs = newKey('docs');
        for (const odd of ODD_NAMES) expect(await store.writeDocument(docs, odd, { of: odd }, 0)).toBe(1);
        const documents = await peer.readDocuments(docs);
        expect([...documents.keys()].sort()).toEqual([...ODD_NAMES].sort());
        for (const odd of ODD_NAMES) expect(documents.get(odd)).toEqual({ version: 1, value: { of: odd } });
        for (const wrong of ['', 'a\n', '\ud800', 'x'.repeat(257)]) {
          expect(await refusal(store.writeDocument(docs, wrong, 1, 0))).toBe('validation_failed');
        }
      });

      it('come back as they were given, and are of no further interest to who gave or got them', async () => {
        const docs = newKey('docs');
        const text = '{"n":[1e21,0.1,9007199254740993,-0,[],{}],"__proto__":{"x":null},"s":"\\u0000\\u2028\\n","e":""}';
        const value = JSON.parse(text) as { n: JsonValue[] };
        const given = JSON.parse(text) as { n: JsonValue[] };
        const writing = store.writeDocument(docs, 'one', given, 0);
        given.n.push('later');
        await writing;
        const first = (await store.readDocuments(docs)).get('one')?.value as { n: JsonValue[] };
        expect(JSON.stringify(first)).toBe(JSON.stringify(value));
        first.n.push('later');
        expect(JSON.stringify((await store.readDocuments(docs)).get('one')?.value)).toBe(JSON.stringify(value));
      });

      it('let exactly one of many writers win each version', async () => {
        const docs = newKey('docs');
        for (let version = 0; version < 5; version += 1) {
          const outcomes = await Promise.all(
            Array.from({ length: 50 }, (_, index) =>
              refusal((index % 2 ? store : peer).writeDocument(docs, 'one', index, version)),
            ),
          );
          expect(outcomes.filter((outcome) => outcome === 'resolved')).toHaveLength(1);
          expect(outcomes.filter((outcome) => outcome === 'revision_conflict')).toHaveLength(49);
          const winner = outcomes.indexOf('resolved');
          expect(await documentsOf(docs)).toEqual({ one: { version: version + 1, value: winner } });
        }
      });
    });

    describe('watchers', () => {
      const watch = async (by: SharedStore, docs: string) => {
        const seen = { calls: 0, stop: () => Promise.resolve() };
        seen.stop = await by.watchDocuments(docs, () => (seen.calls += 1));
        return seen;
      };

      it('are told of every write and removal, whoever makes it', async () => {
        const docs = newKey('docs');
        const [own, other] = [await watch(store, docs), await watch(peer, docs)];
        await store.writeDocument(docs, 'one', 1, 0);
        await peer.writeDocument(docs, 'one', 2, 1);
        await store.writeDocument(docs, 'one', null, 2);
        await until(() => own.calls === 3 && other.calls === 3);
        await Promise.all([own.stop(), other.stop()]);
      });

      it('find what they are told of', async () => {
        const docs = newKey('docs');
        let found: Promise<unknown> | undefined;
        const stop = await peer.watchDocuments(docs, () => void (found = peer.readDocuments(docs)));
        await store.writeDocument(docs, 'one', 'there', 0);
        await until(() => found !== undefined);
        expect(await found).toEqual(new Map([['one', { version: 1, value: 'there' }]]));
        await stop();
      });

      it('are told of no write that was refused, and of none to another collection', async () => {
        const docs = newKey('docs');
        const other = await watch(peer, docs);
        await refusal(store.writeDocument(docs, 'one', 1, 5));
        await store.writeDocument(newKey('docs'), 'one', 1, 0);
        await store.writeDocument(docs, 'one', 1, 0);
        await until(() => other.calls > 0);
        expect(other.calls).toBe(1);
        await other.stop();
      });

      it('are told no more once they have left, and leave no others', async () => {
        const docs = newKey('docs');
        const listener = { calls: 0 };
        const call = () => void (listener.calls += 1);
        const [first, second] = [await peer.watchDocuments(docs, call), await peer.watchDocuments(docs, call)];
        await first();
        await first();
        await store.writeDocument(docs, 'one', 1, 0);
        await until(() => listener.calls === 1);
        await second();
        const stays = await watch(peer, docs);
        await store.writeDocument(docs, 'one', 2, 1);
        await until(() => stays.calls === 1);
        expect(listener.calls).toBe(1);
        await stays.stop();
      });

      it('do not stand in the way of a write, nor of each other, by a fault of theirs', async () => {
        const docs = newKey('docs');
        const stop = await store.watchDocuments(docs, () => {
          throw new Error('a listener at fault');
        });
        const other = await watch(store, docs);
        expect(await store.writeDocument(docs, 'one', 1, 0)).toBe(1);
        await until(() => other.calls === 1);
        await Promise.all([stop(), other.stop()]);
      });
    });

    describe('notices', () => {
      const watch = async (by: SharedStore, topic: string) => {
        const heard: (JsonValue | undefined)[] = [];
        return { heard, stop: await by.watchNotices(topic, (notice) => heard.push(notice)) };
      };

      it('are heard by all who watch the topic, in their order, and by nobody else', async () => {
        const topic = newKey('notices');
        const [own, other, elsewhere] = await Promise.all([
          watch(store, topic),
          watch(peer, topic),
          watch(peer, newKey('notices')),
        ]);
        const told: JsonValue[] = [{ a: [1, null] }, 'text', null, ODD_NAMES];
        for (const notice of told) await store.publishNotice(topic, notice);
        await until(() => own.heard.length === told.length && other.heard.length === told.length);
        expect([own.heard, other.heard, elsewhere.heard]).toEqual([told, told, []]);
        await Promise.all([own.stop(), other.stop(), elsewhere.stop()]);
      });

      it('are no more heard by who has left, who takes nobody along', async () => {
        const topic = newKey('notices');
        const [first, second] = [await watch(peer, topic), await watch(peer, topic)];
        await first.stop();
        await first.stop();
        await store.publishNotice(topic, 1);
        await until(() => second.heard.length === 1);
        expect(first.heard).toEqual([]);
        await second.stop();
        await store.publishNotice(topic, 2);
        const again = await watch(peer, topic);
        await store.publishNotice(topic, 3);
        await until(() => again.heard.length > 0);
        expect([second.heard, again.heard]).toEqual([[1], [3]]);
        await again.stop();
      });

      it('go on where a listener is at fault', async () => {
        const topic = newKey('notices');
        const stop = await store.watchNotices(topic, () => {
          throw new Error('a listener at fault');
        });
        const other = await watch(store, topic);
        await store.publishNotice(topic, 1);
        await until(() => other.heard.length === 1);
        await Promise.all([stop(), other.stop()]);
      });

      it('have topics as keys are', async () => {
        for (const topic of NOT_KEYS) expect(await refusal(store.publishNotice(topic, 1))).toBe('validation_failed');
      });
    });

    describe('counters', () => {
      it('are none where nothing was added', async () => {
        expect(await store.readCounts(newKey('counts'))).toEqual(new Map());
        const key = newKey('counts');
        await store.addCounts(key, new Map(), 60);
        expect(await store.readCounts(key)).toEqual(new Map());
      });

      it('add up what several processes add, in whatever order', async () => {
        const addition = fc.record({
          byPeer: fc.boolean(),
          counts: fc.dictionary(fc.constantFrom('a', ...ODD_NAMES), fc.integer({ min: -1e12, max: 1e12 })),
        });
        const property = fc.asyncProperty(fc.array(addition, { maxLength: 30 }), async (additions) => {
          const key = newKey('counts');
          const expected = new Map<string, number>();
          const writes = additions.map(({ byPeer, counts }) => {
            const entries = new Map(Object.entries(counts));
            for (const [counter, amount] of entries) expected.set(counter, (expected.get(counter) ?? 0) + amount);
            return (byPeer ? peer : store).addCounts(key, entries, 60);
          });
          await Promise.all(writes);
          expect(await store.readCounts(key)).toEqual(expected);
          expect(await peer.readCounts(key)).toEqual(expected);
        });
        await runProperty(`counters of ${name}`, property, { numRuns: 100 });
      });

      it('take whole numbers only, and all of an addition or nothing', async () => {
        const key = newKey('counts');
        for (const wrong of [0.5, NaN, Infinity, 2 ** 53]) {
          const counts = { a: 1, b: wrong };
          expect(await refusal(store.addCounts(key, new Map(Object.entries(counts)), 60))).toBe('validation_failed');
        }
        expect(await refusal(store.addCounts(key, new Map([['a\n', 1]]), 60))).toBe('validation_failed');
        expect(await store.readCounts(key)).toEqual(new Map());
      });

      it('expire together, after the last addition, and begin anew', async () => {
        const key = newKey('counts');
        await store.addCounts(key, new Map([['early', 1]]), 60);
        await harness.advance(50);
        await peer.addCounts(key, new Map([['late', 2]]), 60);
        await harness.advance(50);
        expect(Object.fromEntries(await store.readCounts(key))).toEqual({ early: 1, late: 2 });
        await harness.advance(11);
        expect(await store.readCounts(key)).toEqual(new Map());
        await store.addCounts(key, new Map([['late', 5]]), 60);
        expect(Object.fromEntries(await store.readCounts(key))).toEqual({ late: 5 });
      });

      it('are removed with their key, and no others', async () => {
        const [key, other] = [newKey('counts'), newKey('counts')];
        await store.addCounts(key, new Map(Object.entries({ a: 1, b: 2 })), 60);
        await store.addCounts(other, new Map([['a', 1]]), 60);
        await peer.removeCounts(key);
        await peer.removeCounts(newKey('counts'));
        expect(await store.readCounts(key)).toEqual(new Map());
        expect(Object.fromEntries(await store.readCounts(other))).toEqual({ a: 1 });
        await store.addCounts(key, new Map([['b', 3]]), 60);
        expect(Object.fromEntries(await store.readCounts(key))).toEqual({ b: 3 });
      });
    });

    describe('windows', () => {
      /** Where time is the server's, a little of it goes by. */
      const expectLeft = (remaining: number, seconds: number) => {
        expect(remaining).toBeLessThanOrEqual(seconds);
        expect(remaining).toBeGreaterThan(seconds - 1);
      };

      it('count on until they end, whoever counts', async () => {
        const key = newKey('window');
        expect((await store.countInWindow(key, 1, 10)).count).toBe(1);
        expect((await peer.countInWindow(key, 2, 10)).count).toBe(3);
        expect((await store.countInWindow(key, 0, 10)).count).toBe(3);
        expect((await store.countInWindow(newKey('window'), 1, 10)).count).toBe(1);
      });

      it('end at their time whatever is added, and begin anew', async () => {
        const key = newKey('window');
        expectLeft((await store.countInWindow(key, 1, 10)).remainingSeconds, 10);
        await harness.advance(6);
        const second = await store.countInWindow(key, 1, 100);
        expect(second.count).toBe(2);
        expectLeft(second.remainingSeconds, 4);
        await harness.advance(4);
        const third = await peer.countInWindow(key, 1, 20);
        expect(third.count).toBe(1);
        expectLeft(third.remainingSeconds, 20);
      });

      it('give back what is not used after all, and never fall below 0', async () => {
        const key = newKey('window');
        await store.countInWindow(key, 3, 10);
        expect((await peer.countInWindow(key, -1, 10)).count).toBe(2);
        expect((await store.countInWindow(key, -5, 10)).count).toBe(0);
        expect((await store.countInWindow(key, 1, 10)).count).toBe(1);
        await harness.advance(10);
        expect((await store.countInWindow(key, -1, 10)).count).toBe(0);
        expect((await store.countInWindow(key, 1, 10)).count).toBe(1);
      });

      it('let no more through than a limit, however many come at once', async () => {
        const key = newKey('window');
        const counts = await Promise.all(
          Array.from({ length: 200 }, (_, index) => (index % 2 ? store : peer).countInWindow(key, 1, 60)),
        );
        const sorted = counts.map(({ count }) => count).sort((a, b) => a - b);
        expect(sorted).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
      });

      it('take whole numbers only', async () => {
        for (const wrong of [0.5, NaN, Infinity]) {
          expect(await refusal(store.countInWindow(newKey('window'), wrong, 60))).toBe('validation_failed');
        }
      });
    });

    it.each(NOT_KEYS)('%j is taken neither for a collection nor for a key', async (key) => {
      const calls = [
        store.readDocuments(key),
        store.writeDocument(key, 'one', 1, 0),
        store.watchDocuments(key, () => undefined),
        store.addCounts(key, new Map([['a', 1]]), 60),
        store.readCounts(key),
        store.removeCounts(key),
        store.countInWindow(key, 1, 60),
      ];
      const refusals = await Promise.all(calls.map(refusal));
      expect(refusals).toEqual(calls.map(() => 'validation_failed'));
    });
  });
}
