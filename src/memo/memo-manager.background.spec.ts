import { codeOf, idle, isOpen, MemoHarness, say } from '../../test/memo/memo.harness';
import type { MemoManager } from './memo-manager';

describe('persistBackground, flushPendingPersist and cancelPendingPersist', () => {
  let harness: MemoHarness;
  let sessionId: string;
  let memo: MemoManager;

  beforeEach(async () => {
    harness = await MemoHarness.open();
    sessionId = await harness.session();
    memo = await harness.memo(sessionId);
    harness.store.writes.hold();
  });
  afterEach(() => harness.close());

  const contentsOf = (ops: readonly object[]) => ops.map((op) => ('content' in op ? op.content : ''));

  describe('persistBackground', () => {
    it('captures what waits at the call, and not what comes after', async () => {
      say(memo, 'one');
      memo.persistBackground();
      say(memo, 'two');
      const write = await harness.store.writes.next();
      expect(contentsOf(write.subject.ops)).toEqual(['one']);
      await write.pass();
      await memo.flushPendingPersist();
      expect(await harness.stored(sessionId)).toEqual(['one']);
      expect(memo.hasUnwritten).toBe(true);
    });

    it('writes nothing where nothing waits', async () => {
      memo.persistBackground();
      await idle();
      expect(harness.store.writes.calls).toEqual([]);
      expect(memo.cancelPendingPersist()).toBe(false);
    });

    it('coalesces what has not started into one write', async () => {
      say(memo, 'one');
      memo.persistBackground();
      const first = await harness.store.writes.next();
      for (const content of ['two', 'three', 'four']) {
        say(memo, content);
        memo.persistBackground();
      }
      await first.pass();
      const second = await harness.store.writes.next();
      expect(contentsOf(second.subject.ops)).toEqual(['two', 'three', 'four']);
      await second.pass();
      expect(harness.store.writes.calls).toHaveLength(2);
    });

    it('never overtakes and never stops a write that has started', async () => {
      say(memo, 'one');
      memo.persistBackground();
      const first = await harness.store.writes.next();
      say(memo, 'two');
      memo.persistBackground();
      memo.cancelPendingPersist();
      const persisted = memo.persist();
      await idle();
      expect(harness.store.writes.calls).toHaveLength(1);
      await first.pass();
      harness.store.writes.open();
      await persisted;
      expect(await harness.stored(sessionId)).toEqual(['one', 'two']);
      expect(harness.store.writes.mostAtOnce).toBe(1);
    });
  });

  describe('flushPendingPersist', () => {
    it('waits for what was submitted before, and not for later work', async () => {
      say(memo, 'one');
      memo.persistBackground();
      const flushed = memo.flushPendingPersist();
      say(memo, 'two');
      memo.persistBackground();
      const first = await harness.store.writes.next();
      expect(contentsOf(first.subject.ops)).toEqual(['one']);
      expect(await isOpen(flushed)).toBe(true);
      await first.pass();
      await flushed;
      const second = await harness.store.writes.next();
      expect(contentsOf(second.subject.ops)).toEqual(['two']);
      await second.pass();
    });

    it('does not submit what was only mutated', async () => {
      say(memo, 'one');
      await memo.flushPendingPersist();
      expect(harness.store.writes.calls).toEqual([]);
    });

    it('reports the first failure, after all of the boundary has finished', async () => {
      say(memo, 'one');
      memo.persistBackground();
      const first = await harness.store.writes.next();
      say(memo, 'two');
      memo.persistBackground();
      const flushed = memo.flushPendingPersist();
      first.fail();
      const again = await harness.store.writes.next();
      expect(again.subject.id).toBe(first.subject.id);
      expect(await isOpen(flushed)).toBe(true);
      await again.pass();
      expect(await isOpen(flushed)).toBe(true);
      await (await harness.store.writes.next()).pass();
      expect(await codeOf(flushed)).toBe('store_unavailable');
      expect(await harness.stored(sessionId)).toEqual(['one', 'two']);
    });

    it('waits for what has failed before and is to be tried again', async () => {
      const patient = await harness.memo(sessionId, { backoff: () => 600_000 });
      say(patient, 'one');
      const persisted = patient.persist();
      (await harness.store.writes.next()).fail();
      expect(await codeOf(persisted)).toBe('store_unavailable');
      const flushed = patient.flushPendingPersist();
      expect(await isOpen(flushed)).toBe(true);
      await (await harness.store.writes.next()).pass();
      await flushed;
      expect(await harness.stored(sessionId)).toEqual(['one']);
    });

    it('does not undo a write when the caller stops waiting', async () => {
      say(memo, 'one');
      memo.persistBackground();
      const controller = new AbortController();
      const flushed = memo.flushPendingPersist({ signal: controller.signal });
      const write = await harness.store.writes.next();
      controller.abort();
      expect(await codeOf(flushed)).toBe('wait_aborted');
      await write.pass();
      expect(await harness.stored(sessionId)).toEqual(['one']);
    });
  });

  describe('cancelPendingPersist', () => {
    it('withdraws what has not started, and its changes wait again in their order', async () => {
      say(memo, 'one');
      memo.persistBackground();
      const first = await harness.store.writes.next();
      say(memo, 'two');
      memo.persistBackground();
      say(memo, 'three');
      expect(memo.cancelPendingPersist()).toBe(true);
      expect(memo.cancelPendingPersist()).toBe(false);
      await first.pass();
      await idle();
      expect(harness.store.writes.calls).toHaveLength(1);
      expect(await harness.stored(sessionId)).toEqual(['one']);
      harness.store.writes.open();
      await memo.persist();
      expect(await harness.stored(sessionId)).toEqual(['one', 'two', 'three']);
    });

    it('withdraws a write in the same breath as it was scheduled', async () => {
      say(memo, 'one');
      memo.persistBackground();
      expect(memo.cancelPendingPersist()).toBe(true);
      await idle();
      expect(harness.store.writes.calls).toEqual([]);
      expect(memo.hasUnwritten).toBe(true);
    });

    it('leaves alone what a persist() has promised', async () => {
      say(memo, 'one');
      memo.persistBackground();
      const persisted = memo.persist();
      say(memo, 'two');
      memo.persistBackground();
      expect(memo.cancelPendingPersist()).toBe(true);
      await (await harness.store.writes.next()).pass();
      await persisted;
      expect(memo.cancelPendingPersist()).toBe(false);
      expect(await harness.stored(sessionId)).toEqual(['one']);
    });

    it('tells who waits in a flush that the write was withdrawn', async () => {
      say(memo, 'one');
      memo.persistBackground();
      const flushed = memo.flushPendingPersist();
      memo.cancelPendingPersist();
      expect(await codeOf(flushed)).toBe('persist_withdrawn');
      expect(memo.hasUnwritten).toBe(true);
    });
  });
});
