import { codeOf, heard, isOpen, MemoHarness, say } from '../../test/memo/memo.harness';
import type { MemoManager } from './memo-manager';

describe('persist', () => {
  let harness: MemoHarness;
  let sessionId: string;
  let memo: MemoManager;

  beforeEach(async () => {
    harness = await MemoHarness.open();
    sessionId = await harness.session();
    memo = await harness.memo(sessionId);
  });
  afterEach(() => harness.close());

  it('writes nothing before it is asked to', async () => {
    say(memo, 'one');
    expect(heard(memo)).toEqual(['one']);
    expect(memo.hasUnwritten).toBe(true);
    expect(await harness.stored(sessionId)).toEqual([]);
  });

  it('resolves when everything mutated before it is durable, and not earlier', async () => {
    harness.store.writes.hold();
    say(memo, 'one', 'two');
    const persisted = memo.persist();
    const write = await harness.store.writes.next();
    expect(await isOpen(persisted)).toBe(true);
    await write.pass();
    await persisted;
    expect(await harness.stored(sessionId)).toEqual(['one', 'two']);
    expect(memo.hasUnwritten).toBe(false);
  });

  it('writes one batch for all that waits', async () => {
    say(memo, 'one', 'two');
    memo.setContext('tier', 'gold');
    await memo.persist();
    expect(harness.store.writes.calls.map(({ ops }) => ops.map(({ op }) => op))).toEqual([
      ['append', 'append', 'setContext'],
    ]);
  });

  it('resolves without a write where nothing waits', async () => {
    await memo.persist();
    expect(harness.store.writes.calls).toEqual([]);
  });

  it('is not delayed by what is mutated after it', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    const first = memo.persist();
    say(memo, 'two');
    const second = memo.persist();
    say(memo, 'three');
    memo.persistBackground();
    const write = await harness.store.writes.next();
    expect(write.subject.ops).toHaveLength(1);
    await write.pass();
    await first;
    expect(await isOpen(second)).toBe(true);
    harness.store.writes.open();
    await second;
    await memo.flushPendingPersist();
    expect(await harness.stored(sessionId)).toEqual(['one', 'two', 'three']);
  });

  it('waits for what an earlier call has started', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    memo.persistBackground();
    const write = await harness.store.writes.next();
    const persisted = memo.persist();
    expect(await isOpen(persisted)).toBe(true);
    await write.pass();
    await persisted;
    expect(harness.store.writes.calls).toHaveLength(1);
  });

  it('writes one batch at a time, in the order of the mutations', async () => {
    const rounds = Array.from({ length: 20 }, (_, index) => `m${index}`);
    const persisted = rounds.map((content) => {
      say(memo, content);
      return memo.persist();
    });
    await Promise.all(persisted);
    expect(await harness.stored(sessionId)).toEqual(rounds);
    expect(harness.store.writes.mostAtOnce).toBe(1);
  });

  it('cuts what is too much for one batch, and resolves when the last part is durable', async () => {
    const contents = Array.from({ length: 600 }, (_, index) => `m${index}`);
    say(memo, ...contents);
    await memo.persist();
    expect(harness.store.writes.calls.map(({ ops }) => ops.length)).toEqual([256, 256, 88]);
    expect(await harness.stored(sessionId)).toEqual(contents);
    expect(heard(memo)).toEqual(contents);
  });

  it('cuts a batch by its bytes too', async () => {
    say(memo, ...Array.from({ length: 9 }, () => 'x'.repeat(60_000)));
    await memo.persist();
    expect(harness.store.writes.calls.map(({ ops }) => ops.length)).toEqual([4, 4, 1]);
  });

  it('goes on writing when the caller stops waiting', async () => {
    harness.store.writes.hold();
    say(memo, 'one');
    const controller = new AbortController();
    const persisted = memo.persist({ signal: controller.signal });
    const write = await harness.store.writes.next();
    controller.abort();
    expect(await codeOf(persisted)).toBe('wait_aborted');
    await write.pass();
    await memo.flushPendingPersist();
    expect(await harness.stored(sessionId)).toEqual(['one']);
    expect(harness.store.writes.calls).toHaveLength(1);
  });

  it('writes even for a caller that had stopped waiting before', async () => {
    say(memo, 'one');
    expect(await codeOf(memo.persist({ signal: AbortSignal.abort() }))).toBe('wait_aborted');
    await memo.flushPendingPersist();
    expect(await harness.stored(sessionId)).toEqual(['one']);
  });
});
