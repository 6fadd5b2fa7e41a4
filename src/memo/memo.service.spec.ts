import { codeOf, heard, idle, isOpen, refusalOf, say } from '../../test/memo/memo.harness';
import { MemoServiceHarness } from '../../test/memo/memo-service.harness';
import type { MemoService } from './memo.service';

describe('MemoService', () => {
  let harness: MemoServiceHarness;
  let service: MemoService;

  beforeEach(async () => {
    harness = await MemoServiceHarness.open();
    service = harness.service;
  });
  afterEach(() => harness.close());

  const stored = (sessionId: string) => harness.memos.stored(sessionId);
  const opened = () => harness.memos.session();

  it('opens a session with a memo that can persist itself', async () => {
    const memo = await service.open('s-1', 60, [{ op: 'setContext', key: 'tier', value: 'gold' }]);
    expect(memo.getContext('tier')).toBe('gold');
    expect(memo.revision).toBe(1);
    say(memo, 'one');
    await memo.persist();
    expect(await stored('s-1')).toEqual(['one']);
    expect(await codeOf(service.open('s-1', 60))).toBe('session_exists');
    expect(service.liveSessions).toBe(1);
  });

  it('restores all of a session into a memo that can persist itself', async () => {
    const sessionId = await harness.memos.session(
      { op: 'setContext', key: 'tier', value: 'gold' },
      { op: 'setSlots', slots: { city: 'Rome' } },
      { op: 'setToolOutput', tool: 'search', output: [1] },
      { op: 'systemPrompt', agent: 'a', content: 'prompt' },
      { op: 'append', agent: 'a', role: 'user', content: 'one' },
      { op: 'append', agent: 'b', role: 'user', content: 'two' },
    );
    const memo = await service.restore(sessionId);
    expect(memo.getContext('tier')).toBe('gold');
    expect(memo.getSlot('city')).toBe('Rome');
    expect(memo.getToolOutput('search')).toEqual([1]);
    expect(heard(memo)).toEqual(['prompt', 'one']);
    expect(heard(memo, 'b')).toEqual(['two']);
    say(memo, 'three');
    memo.persistBackground();
    await memo.flushPendingPersist();
    expect(await stored(sessionId)).toEqual(['prompt', 'one', 'three']);
  });

  it('shares one memo among its users and closes it with the last', async () => {
    const sessionId = await opened();
    const [one, two] = await Promise.all([service.restore(sessionId), service.restore(sessionId)]);
    expect(one).toBe(two);
    expect(harness.store.loads.calls).toHaveLength(1);
    await service.release(one);
    say(two, 'still open');
    await service.release(two);
    expect(await stored(sessionId)).toEqual(['still open']);
    expect(refusalOf(() => say(one, 'late'))).toBe('memo_closed');
    expect(service.liveSessions).toBe(0);
    expect(harness.store.watchers).toBe(0);
    await service.release(one);
  });

  it('reads a session anew only when the memo before has written its last change', async () => {
    const sessionId = await opened();
    const memo = await service.restore(sessionId);
    harness.store.writes.hold();
    say(memo, 'one');
    const released = service.release(memo);
    const write = await harness.store.writes.next();
    const restored = service.restore(sessionId);
    expect(await isOpen(restored)).toBe(true);
    await write.pass();
    await released;
    expect(await restored).not.toBe(memo);
    expect(heard(await restored)).toEqual(['one']);
  });

  it('tells the last user that the store failed, and gives the next one a try of its own', async () => {
    harness = await reopened(harness, { backoff: () => 600_000 });
    service = harness.service;
    const sessionId = await opened();
    const memo = await service.restore(sessionId);
    harness.store.writes.hold();
    say(memo, 'one');
    const released = service.release(memo);
    (await harness.store.writes.next()).fail();
    expect(await codeOf(released)).toBe('store_unavailable');
    const restored = service.restore(sessionId);
    (await harness.store.writes.next()).fail();
    expect(await codeOf(restored)).toBe('store_unavailable');
    harness.store.writes.open();
    expect(heard(await service.restore(sessionId))).toEqual(['one']);
    expect(service.liveSessions).toBe(1);
  });

  it('fails to restore an unknown session and leaves nothing behind', async () => {
    const both = [service.restore('unknown'), service.restore('unknown')];
    expect(await Promise.all(both.map(codeOf))).toEqual(['session_not_found', 'session_not_found']);
    expect(service.liveSessions).toBe(0);
    expect(harness.store.watchers).toBe(0);
    await harness.memos.other.create('unknown', 60, { id: 'open', ops: [] });
    expect((await service.restore('unknown')).revision).toBe(1);
  });

  it('bounds the unwritten changes of all memos together', async () => {
    harness = await reopened(harness, { pendingMaxBytes: 1000, sessionPendingMaxBytes: 800 });
    service = harness.service;
    const [one, two] = await Promise.all([service.open('s-1', 60), service.open('s-2', 60)]);
    say(one, 'x'.repeat(600));
    expect(refusalOf(() => say(one, 'x'.repeat(300)))).toBe('pending_overflow');
    expect(refusalOf(() => say(two, 'x'.repeat(600)))).toBe('pending_overflow');
    await one.persist();
    say(two, 'x'.repeat(600));
    await two.persist();
    expect(service.pendingBytes).toBe(0);
  });

  it('gives every memo a name of its own for its batches', async () => {
    const memos = await Promise.all(['s-1', 's-2'].map((sessionId) => service.open(sessionId, 60)));
    await service.release(memos[0] as (typeof memos)[0]);
    memos[0] = await service.restore('s-1');
    for (const memo of memos) {
      for (let count = 0; count < 3; count += 1) {
        say(memo, 'x');
        await memo.persist();
      }
    }
    await idle();
    const ids = harness.store.writes.calls.map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
  });
});

async function reopened(
  before: MemoServiceHarness,
  ...options: Parameters<typeof MemoServiceHarness.open>
): Promise<MemoServiceHarness> {
  await before.close();
  return MemoServiceHarness.open(...options);
}
