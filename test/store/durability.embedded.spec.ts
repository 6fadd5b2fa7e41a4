/**
 * On the embedded store alone: its durability is this process's own. What Redis keeps when it is killed is its
 * operator's choice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/common/clock';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';
import { StoreProcess } from './store-process';

interface Said {
  readonly revision: number;
  readonly seq: number;
  readonly content: string;
}

describe('what the embedded store has answered', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-durable-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const reopened = () => EmbeddedSessionStore.open({ folder, defaultTtlSeconds: 7200 }, systemClock);

  it.each([2, 25, 120])('is there after the process was killed, %s answers in', async (answers) => {
    const writer = new StoreProcess(folder, 'write');
    await writer.said(1 + answers);
    await writer.kill();
    const said = writer.lines.slice(1) as Said[];
    expect(said.length).toBeGreaterThanOrEqual(answers);
    const store = await reopened();
    const state = await store.load('s');
    const messages = state.history.get('a')?.messages ?? [];
    for (const { seq, content } of said) expect(messages[seq - 1]).toMatchObject({ seq, content });
    // What was not answered yet is there whole or not at all, and nothing is there twice.
    expect(messages.map(({ content }) => content)).toEqual(messages.map((_, index) => `message ${index}`));
    expect([state.revision, state.lastSeq]).toEqual([messages.length + 1, messages.length]);
    const retried = { id: 'b0', ops: [{ op: 'append', agent: 'a', role: 'user', content: 'message 0' } as const] };
    expect(await store.apply('s', retried)).toMatchObject({ revision: 2, messages: [1] });
    await store.close();
  });

  it('is there after it was closed and opened again, batch ids and times included', async () => {
    const first = await reopened();
    const batch = { id: 'open', ops: [{ op: 'setContext', key: 'k', value: 0.1 } as const] };
    const receipt = await first.create('s', 3600, batch);
    const before = await first.load('s');
    await first.close();
    const second = await reopened();
    expect(await second.load('s')).toEqual(before);
    expect(await second.create('s', 3600, batch)).toEqual({ ...receipt, repeated: true });
    await second.close();
  });

  it('is answered after the sync to disk, and what was submitted before a close is not lost by it', async () => {
    const store = await reopened();
    await store.create('s', 3600, { id: 'open', ops: [] });
    const pending = Array.from({ length: 50 }, (_, index) => store.apply('s', { id: `b${index}`, ops: [] }));
    const closing = store.close();
    await Promise.all(pending);
    await closing;
    const again = await reopened();
    expect(await again.readRevision('s')).toBe(51);
    await again.close();
  });
});
