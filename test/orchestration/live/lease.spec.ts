import { LeaseKeeper } from '../../../src/orchestration/live/lease-keeper';
import { codeOf, MemoHarness } from '../../memo/memo.harness';
import { until } from '../../support/until';
import { LiveHost } from './live.harness';

describe('the lease of a live call', () => {
  let host: LiveHost;
  beforeAll(async () => {
    host = await LiveHost.start();
  });
  afterAll(() => host.close());
  beforeEach(() => (host.server.replies.length = 0));

  it('lets nobody else lead the call, and is free when the call is over', async () => {
    const call = await host.call();
    expect(await codeOf(host.call(call.sessionId))).toBe('lease_held');
    await call.live.close();
    const next = await host.call(call.sessionId);
    await next.end();
  });

  it('is free after a start that failed', async () => {
    const sessionId = await host.session({ op: 'setActiveAgent', agent: 'Broken' });
    expect(await codeOf(host.call(sessionId))).toBe('model_refused');
    await host.store.apply(sessionId, { id: 'mend', ops: [{ op: 'setActiveAgent', agent: 'Front' }] });
    const call = await host.call(sessionId);
    await call.end();
  });

  it('that is lost ends the call at once, and nothing of it is written any more', async () => {
    host.server.replies.push([{ say: 'Hello.' }]);
    const call = await host.call();
    await call.reads('assistant: Hello.');
    host.clock.advance(60);
    const until = host.clock.nowMs() / 1000 + 60;
    await call.change({ op: 'takeLease', fence: 2, until, holder: 'somebody' });
    call.model.userSpeaks('Too late');
    expect(await call.has('closed')).toMatchObject({ code: 'lease_lost' });
    expect(await call.messages()).toEqual(['assistant: Hello.']);
    expect(host.app).toBeDefined();
    const events = call.events.length;
    call.live.say('Nobody hears this');
    call.live.appendAudio(Buffer.alloc(480));
    await call.live.close();
    expect(call.events).toHaveLength(events);
  });

  it('is prolonged for as long as the call lasts', async () => {
    const harness = await MemoHarness.open();
    const memo = await harness.memo();
    const keeper = await LeaseKeeper.take(memo, 5);
    await harness.advance(10);
    const renewedUntil = () => harness.other.load(memo.sessionId).then(({ lease }) => lease.until);
    const now = harness.clock.nowMs() / 1000;
    await until(async () => (await renewedUntil()) === now + 15);
    harness.store.writes.hold();
    (await harness.store.writes.next()).fail();
    harness.store.writes.open();
    await harness.advance(10);
    await until(async () => (await renewedUntil()) === now + 25);
    await keeper.release();
    await memo.persist();
    expect(await renewedUntil()).toBe(0);
    expect(keeper.lost.aborted).toBe(false);
    await harness.close();
  });

  it('that is found lost when it is prolonged says so', async () => {
    const harness = await MemoHarness.open();
    const memo = await harness.memo();
    const keeper = await LeaseKeeper.take(memo, 5);
    harness.store.onFeed = () => undefined;
    harness.store.writes.hold();
    await harness.advance(20);
    const theirs = await harness.memo(memo.sessionId, { store: harness.other });
    await theirs.acquireLease('somebody', 10);
    harness.store.writes.open();
    await until(() => keeper.lost.aborted);
    await keeper.release();
    await harness.close();
  });
});
