/** Sessions that end by silence: no store tells of it, so the channel looks. */
import type { LiveHub } from '../../src/live/hub/live-hub';
import type { StoreHarness } from '../contract/session-store.contract';
import { LossyStore } from '../memo/lossy-store';
import { embeddedHarness } from '../store/embedded.harness';
import { redisHarness } from '../store/redis.harness';
import { testRedisUrl, uniquePrefix } from '../support/test-redis';
import { onEachStore, TestService } from '../support/service';
import { until } from '../support/until';
import { hubOver } from './hub-over';
import { LiveClient } from './live-client';
import { Recorder } from './recorder';

const TTL_SECONDS = 3;

describe.each([
  ['the embedded store', embeddedHarness],
  ['Redis', redisHarness],
] as const)('a hub whose sessions expire, on %s', (_store, open) => {
  let harness: StoreHarness;
  let store: LossyStore;
  let hub: LiveHub;

  beforeEach(async () => {
    harness = await open();
    store = new LossyStore(harness.store);
    hub = hubOver(store, harness);
    await store.create('call', TTL_SECONDS, { id: 'open', ops: [] });
  });
  afterEach(async () => {
    await hub.close();
    await harness.close();
  });

  const write = (id: string) => harness.peer.apply('call', { id, ops: [{ op: 'setContext', key: 'n', value: 1 }] });
  /** With half a second left: the hub looks half a second after that. */
  const attach = async () => {
    await harness.advance(TTL_SECONDS - 0.5);
    const recorder = new Recorder();
    const detach = await hub.attach('call', recorder);
    return { recorder, detach };
  };

  it('tells subscribers of the end', async () => {
    const { recorder } = await attach();
    await harness.advance(0.6);
    await until(() => recorder.heard.length === 2);
    expect(recorder.heard).toEqual(['state 1', 'closed session_ended']);
    expect({ watchers: store.watchers, sessions: hub.sessions }).toEqual({ watchers: 0, sessions: 0 });
  });

  it('tells those who came back to a process that has not read the session', async () => {
    await write('one');
    await harness.advance(TTL_SECONDS - 0.5);
    const recorder = new Recorder();
    await hub.attach('call', recorder, 1);
    expect(store.loads.calls).toEqual([]);
    await harness.advance(0.6);
    await until(() => recorder.heard.length === 2);
    expect(recorder.heard).toEqual(['changes 2', 'closed session_ended']);
  });

  it('follows one on whose writer it was not told of', async () => {
    const { recorder } = await attach();
    store.breakFeed(['lost']);
    await write('kept');
    await harness.advance(0.6);
    await until(() => recorder.revision === 2);
    expect(recorder.heard).toEqual(['state 1', 'reset 2']);
    await harness.advance(TTL_SECONDS);
    await until(() => recorder.heard.length === 3);
    expect(recorder.heard[2]).toBe('closed session_ended');
  });

  it('knows from each change how long the session has now', async () => {
    const { recorder } = await attach();
    await write('kept');
    await until(() => recorder.revision === 2);
    await harness.advance(0.6);
    // Somebody who comes back is answered from memory: the session has not expired.
    const back = new Recorder();
    await hub.attach('call', back, 1);
    expect([recorder.heard, back.heard]).toEqual([['state 1', 'change 2'], ['changes 2']]);
  });

  it('does not answer from memory for one that has expired since', async () => {
    const { detach } = await attach();
    await write('kept');
    detach();
    await harness.advance(TTL_SECONDS + 1);
    await expect(hub.attach('call', new Recorder(), 1)).rejects.toMatchObject({ code: 'session_not_found' });
  });

  it('learns how long a session of an older service has from its first write', async () => {
    await harness.writeLegacy('older', { corememory: '{"a":1}' });
    const recorder = new Recorder();
    await hub.attach('older', recorder);
    await harness.peer.apply('older', { id: 'first', ops: [] });
    await until(() => recorder.revision === 1);
    await harness.advance(7200);
    await expect(hub.attach('older', new Recorder(), 1)).rejects.toMatchObject({ code: 'session_not_found' });
  });
});

onEachStore('sockets attached to a session that expires', (service) => {
  it('are told so', async () => {
    const sessionId = await service().open({ ttlSeconds: 1 });
    const client = await LiveClient.open(service());
    await client.attach(sessionId);
    expect(await client.next('closed')).toEqual({ type: 'closed', sessionId, reason: 'session_ended' });
    await client.close();
  });
});

describe('a session that another process writes to', () => {
  it('stays attached for as long as it does, and is closed when that falls silent', async () => {
    const settings = { STORE: 'redis', REDIS_URL: testRedisUrl(), KEY_PREFIX: uniquePrefix() };
    const [one, two] = [await TestService.start('redis', settings), await TestService.start('redis', settings)];
    const sessionId = await one.open({ ttlSeconds: 2 });
    const client = await LiveClient.open(two);
    await client.attach(sessionId);
    const silentFrom = performance.now() + 3000;
    let lastMs = 0;
    while (performance.now() < silentFrom) {
      lastMs = performance.now();
      expect((await one.apply(sessionId, { op: 'setInterrupted', value: false })).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await client.next('closed', { sessionId, reason: 'session_ended' });
    expect(performance.now() - lastMs).toBeGreaterThan(2000);
    await client.close();
    await Promise.all([one.close(), two.close()]);
  });
});
