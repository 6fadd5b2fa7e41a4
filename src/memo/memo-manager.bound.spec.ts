import { codeOf, heard, idle, MemoHarness, refusalOf, say } from '../../test/memo/memo.harness';
import { MemoryBudget } from './memory-budget';

describe('the memory of unwritten changes', () => {
  let harness: MemoHarness;
  beforeAll(async () => (harness = await MemoHarness.open()));
  afterAll(() => harness.close());
  afterEach(() => harness.store.writes.open());

  it('refuses new mutations at the bound and drops nothing', async () => {
    const sessionId = await harness.session();
    const memo = await harness.memo(sessionId, { budget: new MemoryBudget(1000) });
    say(memo, 'x'.repeat(400), 'y'.repeat(400));
    expect(refusalOf(() => say(memo, 'z'.repeat(400)))).toBe('pending_overflow');
    expect(heard(memo)).toEqual(['x'.repeat(400), 'y'.repeat(400)]);
    await memo.persist();
    expect(await harness.stored(sessionId)).toEqual(heard(memo));
  });

  it('has room again after the write, and only then', async () => {
    const sessionId = await harness.session();
    const budget = new MemoryBudget(1000);
    const memo = await harness.memo(sessionId, { budget });
    harness.store.writes.hold();
    say(memo, 'x'.repeat(800));
    const persisted = memo.persist();
    const write = await harness.store.writes.next();
    expect(refusalOf(() => say(memo, 'y'.repeat(800)))).toBe('pending_overflow');
    await write.pass();
    await persisted;
    expect(budget.usedBytes).toBe(0);
    say(memo, 'y'.repeat(800));
    harness.store.writes.open();
    await memo.persist();
    expect((await harness.stored(sessionId)).map(([first]) => first)).toEqual(['x', 'y']);
  });

  it('is held while the store fails and while work is withdrawn', async () => {
    const budget = new MemoryBudget(1000);
    const memo = await harness.memo(undefined, { budget, backoff: () => 600_000 });
    say(memo, 'one');
    const used = budget.usedBytes;
    memo.persistBackground();
    memo.cancelPendingPersist();
    expect(budget.usedBytes).toBe(used);
    harness.store.writes.hold();
    const persisted = memo.persist();
    (await harness.store.writes.next()).fail();
    await codeOf(persisted);
    expect(budget.usedBytes).toBe(used);
    harness.store.writes.open();
    await memo.close();
    expect(budget.usedBytes).toBe(0);
  });

  it('refuses for good what is larger than the bound itself', async () => {
    const memo = await harness.memo(undefined, { budget: new MemoryBudget(1000) });
    expect(refusalOf(() => memo.setContext('key', 'x'.repeat(2000)))).toBe('validation_failed');
  });

  it.each([
    ['a text', 'x'.repeat(2000)],
    ['an object', { text: 'x'.repeat(2000) }],
    ['a list', ['x'.repeat(2000)]],
  ])('counts %s as a value', async (_kind, value) => {
    const memo = await harness.memo(undefined, { budget: new MemoryBudget(3000) });
    memo.setContext('before', 'y'.repeat(1500));
    expect(refusalOf(() => memo.setContext('key', value))).toBe('pending_overflow');
    expect(refusalOf(() => memo.persistToolOutput('tool', value))).toBe('pending_overflow');
    expect(refusalOf(() => memo.updateSlots({ slot: value }))).toBe('pending_overflow');
    expect(refusalOf(() => memo.appendToHistory('a', 'user', '', { meta: { value } }))).toBe('pending_overflow');
    await memo.persist();
    expect([...memo.context().keys()]).toEqual(['before']);
  });

  it('is given back when the session ends', async () => {
    const budget = new MemoryBudget(1000);
    const memo = await harness.memo(undefined, { budget });
    harness.store.writes.hold();
    say(memo, 'one');
    memo.persistBackground();
    const write = await harness.store.writes.next();
    say(memo, 'two');
    memo.persistBackground();
    say(memo, 'three');
    harness.store.emit({ kind: 'ended' });
    expect(budget.usedBytes).toBe(0);
    await write.pass();
    await idle();
    expect(budget.usedBytes).toBe(0);
    expect(memo.hasUnwritten).toBe(false);
  });

  it('is bounded for the process as for each memo', async () => {
    const whole = new MemoryBudget(1000);
    const one = await harness.memo(undefined, { budget: new MemoryBudget(800, whole) });
    const two = await harness.memo(undefined, { budget: new MemoryBudget(800, whole) });
    say(one, 'x'.repeat(500));
    expect(refusalOf(() => say(one, 'x'.repeat(500)))).toBe('pending_overflow');
    expect(refusalOf(() => say(two, 'x'.repeat(500)))).toBe('pending_overflow');
    await one.persist();
    say(two, 'x'.repeat(500));
    await two.persist();
    expect(whole.usedBytes).toBe(0);
  });
});
