import { codeOf, isOpen, say } from '../../test/memo/memo.harness';
import { MemoServiceHarness } from '../../test/memo/memo-service.harness';
import { ParleyError } from '../common/parley-error';
import { MemoManager } from './memo-manager';
import type { MemoService } from './memo.service';

const MESSAGE = 'changes could not be written before the end';

describe('MemoService at the shutdown', () => {
  let harness: MemoServiceHarness;
  let service: MemoService;

  async function open(shutdownTimeoutMs = 60_000): Promise<void> {
    harness = await MemoServiceHarness.open({ shutdownTimeoutMs });
    service = harness.service;
  }
  afterEach(() => harness.close());

  it('writes all that waits in every memo, and stops listening', async () => {
    await open();
    const ids = Array.from({ length: 30 }, (_, index) => `s-${index}`);
    for (const sessionId of ids) say(await service.open(sessionId, 60), 'last words');
    await service.beforeApplicationShutdown();
    for (const sessionId of ids) expect(await harness.memos.stored(sessionId)).toEqual(['last words']);
    expect([harness.store.watchers, service.liveSessions, service.pendingBytes]).toEqual([0, 0, 0]);
    expect(harness.log).toEqual([]);
  });

  it('lets no memo listen to the signal of another, which Node would take for a leak', async () => {
    await open();
    const close = jest.spyOn(MemoManager.prototype, 'close');
    for (const sessionId of ['s-1', 's-2', 's-3']) await service.open(sessionId, 60);
    await service.beforeApplicationShutdown();
    const signals = close.mock.calls.map(([options]) => options?.signal);
    expect(signals).toHaveLength(3);
    expect(new Set(signals).size).toBe(3);
  });

  it('opens and restores nothing any more, and makes nothing', async () => {
    await open();
    await harness.memos.other.create('s-1', 60, { id: 'open', ops: [] });
    await service.beforeApplicationShutdown();
    expect(await codeOf(service.restore('s-1'))).toBe('shutting_down');
    expect(await codeOf(service.open('s-2', 60))).toBe('shutting_down');
    expect(await codeOf(harness.memos.other.load('s-2'))).toBe('session_not_found');
  });

  it('tries again while there is time', async () => {
    await open();
    const memo = await service.open('s-1', 60);
    harness.store.writes.hold();
    say(memo, 'one');
    const shutdown = service.beforeApplicationShutdown();
    for (let count = 0; count < 3; count += 1) (await harness.store.writes.next()).fail();
    expect(await isOpen(shutdown)).toBe(true);
    harness.store.writes.open();
    await shutdown;
    expect(await harness.memos.stored('s-1')).toEqual(['one']);
    expect(harness.log.filter(({ msg }) => msg === MESSAGE)).toEqual([]);
  });

  it('writes too what the last user left while the store failed', async () => {
    await open();
    const memo = await service.open('s-1', 60);
    harness.store.writes.hold();
    say(memo, 'one');
    const released = service.release(memo);
    (await harness.store.writes.next()).fail();
    expect(await codeOf(released)).toBe('store_unavailable');
    harness.store.writes.open();
    await service.beforeApplicationShutdown();
    expect(await harness.memos.stored('s-1')).toEqual(['one']);
  });

  it('ends in time, and names what could not be written and why', async () => {
    await open(20);
    const [stuck, failing, fine] = await Promise.all(['s-1', 's-2', 's-3'].map((id) => service.open(id, 60)));
    if (!stuck || !failing || !fine) throw new Error('three were opened');
    harness.store.writes.hold();
    say(stuck, 'one');
    stuck.persistBackground();
    await harness.store.writes.next();
    say(failing, 'two');
    const shutdown = service.beforeApplicationShutdown();
    (await harness.store.writes.next()).fail();
    await shutdown;
    const unwritten = harness.log.filter(({ msg }) => msg === MESSAGE);
    expect(unwritten.sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1))).toEqual([
      { level: 'error', msg: MESSAGE, sessionId: 's-1', code: 'wait_aborted' },
      { level: 'error', msg: MESSAGE, sessionId: 's-2', code: 'store_unavailable' },
    ]);
  });

  it('names at once what the store refuses for good', async () => {
    await open();
    const memo = await service.open('s-1', 60);
    harness.store.writes.hold();
    say(memo, 'one');
    const shutdown = service.beforeApplicationShutdown();
    (await harness.store.writes.next()).fail(new ParleyError('session_corrupt', 'It cannot be read.'));
    await shutdown;
    expect(harness.log.at(-1)).toEqual({ level: 'error', msg: MESSAGE, sessionId: 's-1', code: 'session_corrupt' });
  });

  it('does not wait for a session that is still being restored', async () => {
    await open(20);
    await harness.memos.other.create('s-1', 60, { id: 'open', ops: [] });
    harness.store.loads.hold();
    const restored = service.restore('s-1');
    const load = await harness.store.loads.next();
    await service.beforeApplicationShutdown();
    expect(harness.log).toEqual([]);
    await load.pass();
    await restored;
  });
});
