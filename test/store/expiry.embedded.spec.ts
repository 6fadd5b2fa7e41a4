/** On the embedded store alone: Redis lets expired keys go by itself, here it is Parley's own work. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';
import type { Op } from '../../src/store/ops';
import { ManualClock } from '../support/manual-clock';
import { legacySessions } from './legacy-fixtures';
import { codeOf } from './refusal';

describe('an expired session in the embedded store', () => {
  let folder: string;
  let clock: ManualClock;
  let store: EmbeddedSessionStore;

  const open = async () => {
    store = await EmbeddedSessionStore.open({ folder, defaultTtlSeconds: 7200 }, clock);
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-expiry-'));
    clock = new ManualClock();
    await open();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ops: Op[] = [{ op: 'append', agent: 'a', role: 'user', content: 'x' }];
  const create = (id: string, ttlSeconds: number) => store.create(id, ttlSeconds, { id: 'open', ops });
  /** All keys in the folder, whatever they belong to. */
  const stored = async (): Promise<Record<string, readonly unknown[]>> => {
    await store.close();
    const root = openLmdb({ path: folder, maxDbs: 8 });
    const names = ['sessions', 'fields', 'expiries'];
    const found = names.map((name) => [name, [...root.openDB({ name }).getKeys()]] as const);
    await root.close();
    await open();
    return Object.fromEntries(found);
  };
  const listed = async () => (await store.list(100)).sessions.map(({ sessionId }) => sessionId);

  it('is gone from every read at once, without a sweep', async () => {
    await create('s', 60);
    await create('stays', 600);
    clock.advance(60);
    for (const call of [
      () => store.load('s'),
      () => store.readRevision('s'),
      () => store.readContext('s', 'k'),
      () => store.readHistory('s', 'a', -1, 1),
      () => store.apply('s', { id: 'late', ops }),
      () => store.end('s'),
    ]) {
      expect(await codeOf(call())).toBe('session_not_found');
    }
    expect(await listed()).toEqual(['stays']);
  });

  it('is freed by the sweep, with all it had, and no other', async () => {
    for (let index = 0; index < 450; index += 1) void create(`s${index}`, 60);
    await create('stays', 600);
    clock.advance(60);
    expect(await store.sweep()).toBe(450);
    const { sessions, fields, expiries } = await stored();
    expect(sessions).toEqual(['stays']);
    expect(new Set(fields?.map((key) => (key as string[])[0]))).toEqual(new Set(['stays']));
    expect(expiries).toHaveLength(1);
    expect(await store.sweep()).toBe(0);
  });

  it('is not swept while batches keep it alive, and is in the end', async () => {
    await create('s', 60);
    for (let turn = 0; turn < 5; turn += 1) {
      clock.advance(50);
      await store.apply('s', { id: `b${turn}`, ops });
      expect(await store.sweep()).toBe(0);
    }
    expect(await store.readRevision('s')).toBe(6);
    clock.advance(60);
    expect(await store.sweep()).toBe(1);
    expect(await stored()).toEqual({ sessions: [], fields: [], expiries: [] });
  });

  it('that was ended or opened anew leaves nothing either', async () => {
    await create('ended', 60);
    await store.end('ended');
    await create('anew', 60);
    await store.end('anew');
    await create('anew', 60);
    clock.advance(599);
    expect(await store.sweep()).toBe(1);
    expect(await codeOf(store.load('ended'))).toBe('session_ended');
    clock.advance(1);
    expect(await store.sweep()).toBe(1);
    expect(await stored()).toEqual({ sessions: [], fields: [], expiries: [] });
  });

  it('of an older service is freed as well, once it was converted; its two fields are gone from then on', async () => {
    const [[id, legacy]] = legacySessions() as [ReturnType<typeof legacySessions>[number]];
    await store.importLegacy(id, { ...legacy });
    clock.advance(1e6);
    expect(await store.sweep()).toBe(0);
    await store.apply(id, { id: 'first', ops });
    const { fields } = await stored();
    const names = fields?.map((key) => (key as string[])[1]) ?? [];
    expect(names).toContain('c:session_info');
    expect(names.filter((name) => name === 'corememory' || name === 'chat_history')).toEqual([]);
    clock.advance(7200);
    expect(await store.sweep()).toBe(1);
    expect(await stored()).toEqual({ sessions: [], fields: [], expiries: [] });
  });
});
