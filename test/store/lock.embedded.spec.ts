/** On the embedded store alone: its data folder belongs to one process. Redis is there for several. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/common/clock';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';
import { codeOf } from './refusal';
import { StoreProcess } from './store-process';

describe('the data folder of the embedded store', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const open = (path = folder) => EmbeddedSessionStore.open({ folder: path, defaultTtlSeconds: 7200 }, systemClock);

  const sockets = () => readdirSync(folder).filter((name) => name.endsWith('.sock'));

  it('is refused to a second process, with the folder and what to do', async () => {
    const holder = new StoreProcess(folder, 'hold');
    expect(await holder.said(1)).toEqual(['open']);
    const refused = open();
    await expect(refused).rejects.toMatchObject({ code: 'store_locked' });
    await expect(refused).rejects.toThrow(folder);
    await expect(refused).rejects.toThrow(/in use by another process.*DATA_DIR.*STORE=redis/s);
    await holder.kill();
  });

  it('is refused to a second process by this one, and the first works on', async () => {
    const store = await open();
    const second = new StoreProcess(folder, 'hold');
    expect(await second.said(1)).toMatchObject([{ code: 'store_locked' }]);
    await second.kill();
    expect(await store.create('s', 60, { id: 'open', ops: [] })).toMatchObject({ revision: 1 });
    await store.close();
  });

  it('is free again once a process that held it was killed, whatever that left behind', async () => {
    const holder = new StoreProcess(folder, 'hold');
    await holder.said(1);
    await holder.kill();
    expect(sockets()).toHaveLength(1);
    const store = await open();
    expect(sockets()).toHaveLength(1);
    expect(await codeOf(open())).toBe('store_locked');
    await store.close();
  });

  it('is free again after a close, and leaves no lock', async () => {
    const store = await open();
    await store.close();
    expect(sockets()).toEqual([]);
    await (await open()).close();
  });

  it('goes to one of many that come at once, also over what a killed process left behind', async () => {
    const holder = new StoreProcess(folder, 'hold');
    await holder.said(1);
    await holder.kill();
    const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => open()));
    const opened = attempts.filter((attempt) => attempt.status === 'fulfilled');
    for (const { value } of opened) await value.close();
    expect(opened).toHaveLength(1);
  });

  it('is locked also where its path is longer than the name of a socket may be', async () => {
    const long = join(folder, 'a'.repeat(120));
    const store = await open(long);
    expect(await codeOf(open(long))).toBe('store_locked');
    await store.close();
    await (await open(long)).close();
  });

  it('that cannot be made is refused with its name', async () => {
    const store = await open();
    const below = join(folder, 'data.mdb', 'below');
    await expect(open(below)).rejects.toMatchObject({ code: 'store_incompatible' });
    await expect(open(below)).rejects.toThrow(below);
    await store.close();
  });
});
