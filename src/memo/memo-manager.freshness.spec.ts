import { codeOf, heard, MemoHarness, say } from '../../test/memo/memo.harness';
import { unavailable } from '../../test/support/held-store';
import type { MemoManager } from './memo-manager';

describe('the freshness of a memo', () => {
  let harness: MemoHarness;
  let sessionId: string;
  let memo: MemoManager;

  beforeAll(async () => (harness = await MemoHarness.open()));
  afterAll(() => harness.close());
  beforeEach(async () => {
    sessionId = await harness.session();
    memo = await harness.memo(sessionId);
  });
  afterEach(() => (harness.store.onFeed = (_event, deliver) => deliver()));

  const deaf = () => (harness.store.onFeed = () => undefined);
  const tier = (value: string) => ({ op: 'setContext', key: 'tier', value }) as const;

  it('comes from the feed, without a read', async () => {
    const loads = harness.store.loads.calls.length;
    await harness.change(sessionId, tier('gold'));
    expect(memo.getContext('tier')).toBe('gold');
    expect(await memo.checkForChanges()).toBe(false);
    expect(harness.store.loads.calls).toHaveLength(loads);
  });

  it('can be checked and caught up, with changes of its own on top', async () => {
    deaf();
    say(memo, 'ours');
    await harness.change(sessionId, tier('gold'), { op: 'append', agent: 'a', role: 'user', content: 'theirs' });
    expect(await memo.checkForChanges()).toBe(true);
    expect(memo.getContext('tier')).toBeUndefined();
    await memo.refresh();
    expect(memo.getContext('tier')).toBe('gold');
    expect(heard(memo)).toEqual(['theirs', 'ours']);
    expect(await memo.checkForChanges()).toBe(false);
  });

  it('can be had for some keys, for a read only where the store has gone on', async () => {
    const loads = () => harness.store.loads.calls.length;
    deaf();
    await harness.change(sessionId, tier('gold'));
    const before = loads();
    expect(await memo.selectiveRefresh(['tier', 'absent'])).toEqual(new Map([['tier', 'gold']]));
    expect(await memo.selectiveRefresh(['tier'])).toEqual(new Map([['tier', 'gold']]));
    expect(loads()).toBe(before + 1);
  });

  it('fails with the store and leaves what was known', async () => {
    memo.setContext('tier', 'silver');
    harness.store.loads.hold();
    const refreshed = memo.refresh();
    (await harness.store.loads.next()).fail(unavailable());
    harness.store.loads.open();
    expect(await codeOf(refreshed)).toBe('store_unavailable');
    expect(memo.getContext('tier')).toBe('silver');
  });

  it('of an interruption is live: durable when raised, read from the store when asked for', async () => {
    const peer = await harness.memo(sessionId);
    await memo.setTtsInterruptedLive(true);
    expect(await harness.other.readContext(sessionId, 'tts_interrupted')).toBe(true);
    expect(peer.isTtsInterrupted()).toBe(true);
    deaf();
    await peer.setTtsInterruptedLive(false);
    expect(memo.isTtsInterrupted()).toBe(true);
    expect(await memo.isTtsInterruptedLive()).toBe(false);
  });
});
