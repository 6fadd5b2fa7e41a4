import { codeOf, heard, isOpen, refusalOf, say } from '../../test/memo/memo.harness';
import { MemoServiceHarness } from '../../test/memo/memo-service.harness';
import { ParleyError } from '../common/parley-error';
import type { MemoService } from './memo.service';

describe('MemoService and a session that ends while its memo is live', () => {
  let harness: MemoServiceHarness;
  let service: MemoService;
  let sessionId: string;

  beforeEach(async () => {
    harness = await MemoServiceHarness.open();
    service = harness.service;
    sessionId = await harness.memos.session();
  });
  afterEach(() => harness.close());

  it('refuses mutations, and nobody else is given the memo', async () => {
    const memo = await service.restore(sessionId);
    await harness.memos.other.end(sessionId);
    expect(refusalOf(() => say(memo, 'late'))).toBe('session_ended');
    expect(service.liveSessions).toBe(0);
    expect(await codeOf(service.restore(sessionId))).toBe('session_ended');
    await service.release(memo);
    expect(harness.store.watchers).toBe(0);
  });

  it('tells the last user that changes were lost', async () => {
    const memo = await service.restore(sessionId);
    harness.memos.store.writes.hold();
    say(memo, 'one');
    await harness.memos.other.end(sessionId);
    harness.memos.store.writes.open();
    expect(await codeOf(service.release(memo))).toBe('session_ended');
    expect(harness.log).toMatchObject([{ sessionId, code: 'session_ended' }]);
    expect(service.pendingBytes).toBe(0);
  });

  it('gives a session opened anew under its id a memo of its own, which old users do not close', async () => {
    const old = await service.restore(sessionId);
    await harness.memos.other.end(sessionId);
    const memo = await service.open(sessionId, 60);
    expect(memo).not.toBe(old);
    await service.release(old);
    say(memo, 'anew');
    await memo.persist();
    expect(await harness.memos.stored(sessionId)).toEqual(['anew']);
    expect(service.liveSessions).toBe(1);
  });

  it('knows by opening it anew that the session is over, before the feed says so', async () => {
    const old = await service.restore(sessionId);
    say(old, 'of the first life');
    harness.store.onFeed = () => undefined;
    await harness.memos.other.end(sessionId);
    const memo = await service.open(sessionId, 60);
    expect(await codeOf(old.persist())).toBe('session_ended');
    expect(heard(memo)).toEqual([]);
    expect(await harness.memos.stored(sessionId)).toEqual([]);
  });

  it('does not take the memo of somebody who restored the new session for one of the old', async () => {
    harness.store.loads.hold();
    const restored = service.restore('s-new');
    const load = await harness.store.loads.next();
    harness.store.creations.hold();
    const opened = service.open('s-new', 60);
    await (await harness.store.creations.next()).pass();
    expect(await isOpen(opened)).toBe(true);
    await load.pass();
    expect(await opened).toBe(await restored);
    say(await restored, 'fine');
  });

  it('gives the next user a fresh memo where the store refused changes for good', async () => {
    const memo = await service.restore(sessionId);
    harness.store.writes.hold();
    say(memo, 'one');
    const persisted = memo.persist();
    (await harness.store.writes.next()).fail(new ParleyError('validation_failed', 'odd'));
    expect(await codeOf(persisted)).toBe('validation_failed');
    harness.store.writes.open();
    const fresh = await service.restore(sessionId);
    say(fresh, 'two');
    await fresh.persist();
    expect(await codeOf(service.release(memo))).toBe('validation_failed');
    await service.release(fresh);
    expect(await harness.memos.stored(sessionId)).toEqual(['two']);
    expect(service.liveSessions).toBe(0);
  });

  it('restores a session whose closing memo lost its changes in the meantime', async () => {
    const memo = await service.restore(sessionId);
    harness.store.writes.hold();
    say(memo, 'one');
    const released = service.release(memo);
    const write = await harness.store.writes.next();
    const restored = service.restore(sessionId);
    write.fail(new ParleyError('validation_failed', 'odd'));
    expect(await codeOf(released)).toBe('validation_failed');
    expect(heard(await restored)).toEqual([]);
    expect(service.liveSessions).toBe(1);
  });

  it('opens an id anew when its memo could not write its last changes and its session ended', async () => {
    const memo = await service.restore(sessionId);
    harness.store.writes.hold();
    say(memo, 'one');
    const released = service.release(memo);
    (await harness.store.writes.next()).fail();
    expect(await codeOf(released)).toBe('store_unavailable');
    await harness.memos.other.end(sessionId);
    harness.store.writes.open();
    expect(heard(await service.open(sessionId, 60))).toEqual([]);
    expect(service.liveSessions).toBe(1);
  });
});
