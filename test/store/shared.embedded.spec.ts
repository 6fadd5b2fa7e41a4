/** On the embedded store alone: what is on disk, and that Parley itself removes what has ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';
import { ManualClock } from '../support/manual-clock';
import { codeOf } from './refusal';

describe('what is shared, in the embedded store', () => {
  let folder: string;
  let clock: ManualClock;
  let store: EmbeddedSessionStore;

  const open = async () => {
    store = await EmbeddedSessionStore.open({ folder, defaultTtlSeconds: 7200 }, clock);
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-shared-'));
    clock = new ManualClock();
    await open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const add = (key: string, ttlSeconds: number) => store.shared.addCounts(key, new Map([['a', 1]]), ttlSeconds);
  /** All keys of the tables in which it stands. */
  const stored = async () => {
    await store.close();
    const root = openLmdb({ path: folder, maxDbs: 8 });
    const [fields, expiries, ends] = ['fields', 'expiries', 'ends'].map((name) => [...root.openDB({ name }).getKeys()]);
    await root.close();
    await open();
    return { fields, expiries, ends };
  };

  it('is still there when the store is opened again', async () => {
    await store.shared.writeDocument('docs', 'one', { a: [] }, 0);
    await add('counts', 60);
    await store.shared.countInWindow('window', 2, 60);
    await store.close();
    await open();
    clock.advance(20);
    expect(await store.shared.readDocuments('docs')).toEqual(new Map([['one', { version: 1, value: { a: [] } }]]));
    expect(await store.shared.readCounts('counts')).toEqual(new Map([['a', 1]]));
    expect(await store.shared.countInWindow('window', 1, 60)).toEqual({ count: 3, remainingSeconds: 40 });
  });

  it('is no session, to the list as to the sweep', async () => {
    await store.create('s', 60, { id: 'open', ops: [] });
    await store.shared.writeDocument('docs', 'one', 1, 0);
    await add('counts', 60);
    expect((await store.list(10)).sessions.map(({ sessionId }) => sessionId)).toEqual(['s']);
    clock.advance(60);
    expect(await store.sweep()).toBe(1);
  });

  it('is swept when it has ended: counters and windows, but no document', async () => {
    for (let index = 0; index < 250; index += 1) void add(`counts-${index}`, 60);
    await store.shared.countInWindow('window', 1, 60);
    await store.shared.writeDocument('docs', 'one', 1, 0);
    await add('stays', 600);
    clock.advance(60);
    await store.sweep();
    const { fields, expiries, ends } = await stored();
    expect(fields).toEqual([
      ['~counters:stays', 'a'],
      ['~documents:docs', 'one'],
    ]);
    expect([expiries?.length, ends]).toEqual([1, ['~counters:stays']]);
  });

  it('is not swept while additions keep it alive, and is in the end', async () => {
    for (let round = 1; round <= 5; round += 1) {
      await add('counts', 60);
      clock.advance(50);
      await store.sweep();
      expect(await store.shared.readCounts('counts')).toEqual(new Map([['a', round]]));
    }
    expect((await stored()).expiries).toHaveLength(1);
    clock.advance(10);
    await store.sweep();
    expect(await stored()).toEqual({ fields: [], expiries: [], ends: [] });
  });

  it('leaves nothing once it was removed, or began anew before a sweep came', async () => {
    await add('removed', 60);
    await store.shared.removeCounts('removed');
    await add('anew', 60);
    await store.shared.countInWindow('anew', 1, 60);
    clock.advance(61);
    await add('anew', 60);
    await store.shared.countInWindow('anew', 1, 60);
    expect(await store.shared.readCounts('anew')).toEqual(new Map([['a', 1]]));
    await store.sweep();
    expect(await store.shared.readCounts('anew')).toEqual(new Map([['a', 1]]));
    clock.advance(60);
    await store.sweep();
    expect(await stored()).toEqual({ fields: [], expiries: [], ends: [] });
  });

  it('is refused once the store is closed', async () => {
    await store.close();
    for (const call of [
      store.shared.readDocuments('docs'),
      store.shared.writeDocument('docs', 'one', 1, 0),
      add('counts', 60),
      store.shared.readCounts('counts'),
      store.shared.removeCounts('counts'),
      store.shared.countInWindow('window', 1, 60),
    ]) {
      expect(await codeOf(call)).toBe('store_unavailable');
    }
  });
});
