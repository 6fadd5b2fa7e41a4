import { MemoHarness, refusalOf } from '../../test/memo/memo.harness';
import type { JsonValue } from '../common/json';
import { EphemeralMemoManager } from './ephemeral-memo-manager';
import type { SessionMemory } from './session-memory';

let harness: MemoHarness;
beforeAll(async () => (harness = await MemoHarness.open()));
afterAll(() => harness.close());

const kinds: [string, () => Promise<SessionMemory>][] = [
  ['MemoManager', () => harness.memo()],
  ['EphemeralMemoManager', async () => new EphemeralMemoManager('dry-run', harness.clock)],
];

describe.each(kinds)('the vocabulary of %s', (_kind, open) => {
  let memo: SessionMemory;
  beforeEach(async () => (memo = await open()));

  it('sets, merges and deletes context', () => {
    expect(memo.getContext('tier')).toBeUndefined();
    memo.setContext('tier', 'gold');
    memo.updateContext('caller', { name: 'Ada' });
    memo.updateContext('caller', { vip: true });
    memo.updateContext('tier', { level: 1 });
    expect(memo.context()).toEqual(
      new Map<string, JsonValue>([
        ['tier', { level: 1 }],
        ['caller', { name: 'Ada', vip: true }],
      ]),
    );
    memo.deleteContext('tier');
    memo.deleteContext('never');
    expect(memo.getContext('tier')).toBeUndefined();
    expect([...memo.context().keys()]).toEqual(['caller']);
  });

  it('tells a value of null from an absent one', () => {
    memo.setContext('nothing', null);
    expect(memo.getContext('nothing', 'fallback')).toBeNull();
    expect(memo.getContext('absent', 'fallback')).toBe('fallback');
    expect(memo.getContext('absent')).toBeUndefined();
  });

  it('keeps slots by name and the last output of a tool', () => {
    memo.updateSlots({ city: 'Rome', nights: 2 });
    memo.updateSlots({ nights: 3 });
    memo.persistToolOutput('search', { hits: 1 });
    memo.persistToolOutput('search', { hits: 2 });
    expect(memo.getSlot('nights')).toBe(3);
    expect(memo.slots()).toEqual(
      new Map<string, JsonValue>([
        ['city', 'Rome'],
        ['nights', 3],
      ]),
    );
    expect(memo.getSlot('unknown')).toBeUndefined();
    expect(memo.getToolOutput('search')).toEqual({ hits: 2 });
    expect([...memo.toolOutputs()]).toEqual([['search', { hits: 2 }]]);
  });

  it('keeps the conversation per agent', () => {
    memo.appendToHistory('greeter', 'assistant', 'Hello!', { meta: { voice: 'v1' }, at: 7 });
    memo.appendToHistory('greeter', 'user', 'Hi.');
    memo.appendToHistory('billing', 'assistant', 'Your bill?');
    expect(memo.getHistory('greeter')).toMatchObject([
      { role: 'assistant', content: 'Hello!', at: 7, meta: { voice: 'v1' } },
      { role: 'user', content: 'Hi.', at: harness.clock.nowMs() / 1000 },
    ]);
    expect(memo.agentsWithHistory().sort()).toEqual(['billing', 'greeter']);
    memo.clearHistory('greeter');
    expect(memo.agentsWithHistory()).toEqual(['billing']);
    memo.clearHistory();
    expect(memo.agentsWithHistory()).toEqual([]);
    expect(memo.getHistory('greeter')).toEqual([]);
  });

  it('keeps the system prompt first and single', () => {
    memo.appendToHistory('a', 'user', 'Hi.');
    memo.ensureSystemPrompt('a', 'Be kind.');
    memo.ensureSystemPrompt('a', 'Be kind.');
    memo.ensureSystemPrompt('a', 'Be brief.');
    expect(memo.getHistory('a').map(({ seq, role, content }) => [seq === 0, role, content])).toEqual([
      [true, 'system', 'Be brief.'],
      [false, 'user', 'Hi.'],
    ]);
  });

  it('raises and lowers the interruption under its context key', () => {
    expect(memo.isTtsInterrupted()).toBe(false);
    memo.setTtsInterrupted(true);
    expect(memo.isTtsInterrupted()).toBe(true);
    expect(memo.getContext('tts_interrupted')).toBe(true);
    memo.setTtsInterrupted(false);
    expect(memo.isTtsInterrupted()).toBe(false);
  });

  it('names the active agent under its context key', () => {
    memo.setActiveAgent('billing');
    expect(memo.getContext('active_agent')).toBe('billing');
  });

  it('hands out nothing that can be changed', () => {
    memo.setContext('list', [{ a: 1 }]);
    memo.appendToHistory('a', 'user', 'Hi.', { meta: { a: { b: 1 } } });
    const [message] = memo.getHistory('a');
    for (const value of [memo.getContext('list'), memo.context().get('list'), message, message?.meta]) {
      expect(Object.isFrozen(value)).toBe(true);
    }
    memo.getHistory('a').pop();
    expect(memo.getHistory('a')).toHaveLength(1);
  });

  it('refuses what no operation may be, and is as it was', () => {
    expect(refusalOf(() => memo.setContext('', 1))).toBe('validation_failed');
    expect(refusalOf(() => memo.updateContext('k', [1] as never))).toBe('validation_failed');
    expect(refusalOf(() => memo.appendToHistory('a', 'caller' as never, 'Hi.'))).toBe('validation_failed');
    expect(refusalOf(() => memo.appendToHistory('a', 'user', 'x'.repeat(70_000)))).toBe('message_too_large');
    expect(refusalOf(() => memo.recordLatency('llm', -1))).toBe('validation_failed');
    expect(refusalOf(() => memo.truncateMessage(1, 'cut'))).toBe('message_not_found');
    expect(memo.context().size).toBe(0);
    expect(memo.agentsWithHistory()).toEqual([]);
  });

  it('takes names and members that objects inherit for ordinary ones', () => {
    const patch = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, JsonValue>;
    memo.updateContext('__proto__', patch);
    memo.updateSlots(patch);
    expect(JSON.stringify(memo.getContext('__proto__'))).toBe('{"__proto__":{"admin":true}}');
    expect(memo.getSlot('__proto__')).toEqual({ admin: true });
    expect(memo.getContext('constructor')).toBeUndefined();
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });
});

it('a persisted memo reads back from the store what an ephemeral one shows', async () => {
  const sessionId = await harness.session();
  const memo = await harness.memo(sessionId);
  const dryRun = new EphemeralMemoManager(sessionId, harness.clock);
  for (const memory of [memo, dryRun]) {
    memory.ensureSystemPrompt('a', 'Be kind.');
    memory.appendToHistory('a', 'assistant', 'A long reply.');
    memory.updateContext('caller', { name: 'Ada' });
    memory.updateSlots({ city: 'Rome' });
    memory.recordLatency('llm', 0.3);
  }
  await memo.persist();
  const [, reply] = memo.getHistory('a');
  for (const memory of [memo, dryRun]) memory.truncateMessage(reply?.seq ?? 0, 'A long');
  await memo.persist();
  const read = await harness.memo(sessionId);
  for (const memory of [memo, read]) {
    expect(memory.getHistory('a')).toEqual(dryRun.getHistory('a'));
    expect(memory.context()).toEqual(dryRun.context());
    expect(memory.slots()).toEqual(dryRun.slots());
  }
});

it('a memo tells of every change that it shows, its own and those of others, until it is asked to stop', async () => {
  const sessionId = await harness.session();
  const memo = await harness.memo(sessionId);
  const seen: unknown[] = [];
  const stop = memo.onChange(() => seen.push(memo.getContext('tier')));
  memo.setContext('tier', 'gold');
  expect(seen).toEqual(['gold']);
  await memo.persist();
  await harness.change(sessionId, { op: 'setContext', key: 'tier', value: 'silver' });
  expect(seen.at(-1)).toBe('silver');
  const count = seen.length;
  stop();
  memo.setContext('tier', 'none');
  expect(seen).toHaveLength(count);
});

it('the operations of a memo carry the time at which things were said', async () => {
  const sessionId = await harness.session();
  const memo = await harness.memo(sessionId);
  const saidAt = harness.clock.nowMs() / 1000;
  memo.appendToHistory('a', 'user', 'Hi.');
  memo.recordLatency('llm', 0.3);
  harness.clock.advance(5);
  await memo.persist();
  const { history, latency } = await harness.other.load(sessionId);
  expect(history.get('a')?.messages).toMatchObject([{ content: 'Hi.', at: saidAt }]);
  expect(latency.get('llm')?.recent).toEqual([{ seconds: 0.3, at: saidAt }]);
  expect(harness.lags.at(-1)).toBe(5);
});
