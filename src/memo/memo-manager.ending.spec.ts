import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { systemClock } from '../common/clock';
import { codeOf, MemoHarness, refusalOf } from '../../test/memo/memo.harness';
import { connectRedisStore } from '../../test/support/redis-store';
import { testRedisUrl, uniquePrefix } from '../../test/support/test-redis';
import { until } from '../../test/support/until';
import type { FeedEvent } from '../store/session-store';

/** What was written in a session before it ended, as a watcher saw it. */
function watched(events: readonly FeedEvent[]): string[] {
  return events.map((event) => (event.kind === 'change' ? event.ops.map(({ op }) => op).join() : event.kind));
}

describe('the end of a session', () => {
  it('comes after what its live memos have pending', async () => {
    const harness = await MemoHarness.open();
    const sessionId = await harness.session();
    const memo = await harness.memo(sessionId);
    const events: FeedEvent[] = [];
    await harness.other.watch(sessionId, (event) => events.push(event));
    memo.setContext('last', 'words');
    await harness.other.end(sessionId);
    expect(watched(events)).toEqual(['ending', 'setContext', 'ended']);
    expect(refusalOf(() => memo.setContext('too', 'late'))).toBe('session_ended');
    await harness.close();
  });

  it('waits for memos of other processes on one Redis, and not for one that hangs', async () => {
    const connection = { url: testRedisUrl(), keyPrefix: uniquePrefix(), clock: systemClock };
    const [mine, theirs] = [await connectRedisStore(connection), await connectRedisStore(connection)];
    const sessionId = randomUUID();
    await mine.store.create(sessionId, 60, { id: 'open', ops: [] });
    const events: FeedEvent[] = [];
    await mine.store.watch(sessionId, (event) => events.push(event));
    await theirs.store.watch(sessionId, (event) => {
      if (event.kind !== 'ending') return;
      const ops = [{ op: 'setContext', key: 'last', value: 'words' } as const];
      event.wait(sleep(50).then(() => theirs.store.apply(sessionId, { id: 'last', ops })));
    });
    await mine.store.end(sessionId);
    // Redis tells the feed's connection on its own, not before it answers the one that asked.
    await until(() => watched(events).includes('ended'));
    expect(watched(events)).toEqual(['ending', 'setContext', 'ended']);

    const hanging = randomUUID();
    await mine.store.create(hanging, 60, { id: 'open', ops: [] });
    await theirs.store.watch(hanging, (event) => {
      if (event.kind === 'ending') event.wait(new Promise(() => undefined));
    });
    const startedMs = Date.now();
    await mine.store.end(hanging);
    expect(Date.now() - startedMs).toBeLessThan(3000);
    expect(await codeOf(mine.store.load(hanging))).toBe('session_ended');
    mine.disconnect();
    theirs.disconnect();
  });

  it('by idleness closes a live memo, and what is pending is written in time', async () => {
    const connection = { url: testRedisUrl(), keyPrefix: uniquePrefix(), clock: systemClock };
    const own = await connectRedisStore(connection);
    const harness = await MemoHarness.open();
    const [idle, busy] = [randomUUID(), randomUUID()];
    for (const sessionId of [idle, busy]) await own.store.create(sessionId, 2, { id: 'open', ops: [] });
    const quiet = await harness.memo(idle, { store: own.store, clock: systemClock });
    const pending = await harness.memo(busy, { store: own.store, clock: systemClock });
    pending.setContext('said', 'in time');
    await sleep(2700);
    expect(refusalOf(() => quiet.setContext('too', 'late'))).toBe('session_ended');
    expect(await own.store.readContext(busy, 'said')).toBe('in time');
    expect(refusalOf(() => pending.setContext('still', 'there'))).toBe('accepted');
    await pending.persist();
    await pending.close();
    await harness.close();
    own.disconnect();
  });
});
