/** On Redis alone: writes that wait for a replica, and a replica that stops answering. */
import { systemClock } from '../../src/common/clock';
import type { SessionStore } from '../../src/store/session-store';
import { LiveClient } from '../live/live-client';
import { RedisCluster } from '../support/redis-cluster';
import { type ConnectedStore, connectStore } from '../support/redis-store';
import { RedisServer } from '../support/redis-server';
import { ask } from '../support/redis-sentinel';
import { TestService } from '../support/service';
import { uniquePrefix } from '../support/test-redis';
import { until } from '../support/until';

const WAIT_MS = 150;
const say = (content: string) => ({ op: 'append', agent: 'a', role: 'user', content }) as const;

/** Of a primary: a replica that comes is sent what there is without waiting for others. */
const AT_ONCE = ['--repl-diskless-sync-delay', '0'];

async function replicaOf({ port }: RedisServer): Promise<RedisServer> {
  const replica = await RedisServer.start(['--replicaof', '127.0.0.1', String(port)]);
  await until(() =>
    ask(replica.port, async (redis) => (await redis.info('replication')).includes('master_link_status:up')),
  );
  return replica;
}

describe('a service that waits for a replica', () => {
  let primary: RedisServer;
  let replica: RedisServer;
  let service: TestService;
  beforeAll(async () => {
    primary = await RedisServer.start(AT_ONCE);
    replica = await replicaOf(primary);
    service = await TestService.start('embedded', {
      STORE: 'redis',
      REDIS_URL: primary.url,
      REDIS_WAIT_REPLICAS: '1',
      REDIS_WAIT_MS: String(WAIT_MS),
    });
  });
  beforeEach(() => until(async () => (await ask(replica.port, (redis) => redis.ping())) === 'PONG'));
  afterEach(() => replica.resume());
  afterAll(async () => {
    await service?.close();
    await Promise.all([primary, replica].map((server) => server?.stop()));
  });

  it('says nothing where the replica has what was written', async () => {
    const { body } = await service.post('/v1/sessions', {});
    expect(body).not.toHaveProperty('replicated');
    const sessionId = String(body['sessionId']);
    expect((await service.apply(sessionId, say('one'))).body).toEqual({ revision: 2, messages: [1] });
    const held = await ask(replica.port, (redis) => redis.hget(`session:${sessionId}`, 'm:1:a'));
    expect(held).toContain('one');
  });

  it('says that the replica has it not, over HTTP and the live channel, and counts it; the write is stored', async () => {
    const sessionId = await service.open();
    const client = await LiveClient.open(service);
    replica.pause();
    expect((await service.apply(sessionId, say('one'))).body).toEqual({
      revision: 2,
      messages: [1],
      replicated: false,
    });
    expect(await client.ops(sessionId, [say('two')])).toMatchObject({ revision: 3, replicated: false });
    const opened = (await service.post('/v1/sessions', {})).body;
    expect(opened).toMatchObject({ revision: 1, replicated: false });
    expect((await service.get('/metrics')).text).toMatch(/parley_store_not_replicated_total 3\n/);
    expect((await service.get(`/v1/sessions/${sessionId}`)).body).toMatchObject({ revision: 3 });
    replica.resume();
    // What is sent again is asked about again, also what was refused that before.
    const again = () => client.ops(sessionId, [say('three')], 'same');
    await until(async () => !('replicated' in (await again())));
    await client.close();
  });

  it('waits once for writes that come together', async () => {
    const sessions = await Promise.all(Array.from({ length: 40 }, () => service.open()));
    replica.pause();
    const startedAt = performance.now();
    const answers = await Promise.all(sessions.map((id) => service.apply<object>(id, say('together'))));
    const tookMs = performance.now() - startedAt;
    expect(answers.filter(({ body }) => 'replicated' in body)).toHaveLength(sessions.length);
    expect(tookMs).toBeGreaterThanOrEqual(WAIT_MS - 5);
    expect(tookMs).toBeLessThan(10 * WAIT_MS);
  });
});

describe('a write that waits for a replica, and a primary that restarts', () => {
  it('is not taken for replicated by another run of the server', async () => {
    const primary = await RedisServer.start(AT_ONCE);
    const replica = await replicaOf(primary);
    const options = { keyPrefix: uniquePrefix(), clock: systemClock, commandTimeoutMs: 3000 };
    const { store, connections, disconnect } = await connectStore(
      { kind: 'single', url: primary.url },
      { ...options, replication: { replicas: 1, waitMs: 2000 } },
    );
    for (const connection of connections) connection.on('error', () => undefined);
    await store.create('call', 60, { id: 'open', ops: [] });
    replica.pause();
    const writing = store.apply('call', { id: 'one', ops: [say('one')] });
    await until(() => ask(primary.port, async (redis) => (await redis.info('clients')).includes('blocked_clients:1')));
    await primary.kill();
    expect(await writing).toMatchObject({ revision: 2, replicated: false });
    disconnect();
    await Promise.all([primary, replica].map((server) => server.stop()));
  });
});

describe('a write that waits for a replica, in a cluster', () => {
  const keyPrefix = uniquePrefix();
  let cluster: RedisCluster;
  let connected: ConnectedStore;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    connected = await connectStore(cluster.servers, {
      keyPrefix,
      clock: systemClock,
      replication: { replicas: 1, waitMs: WAIT_MS },
    });
  });
  afterAll(async () => {
    connected?.disconnect();
    await cluster?.stop();
  });

  const IDS = Array.from({ length: 12 }, (_, index) => `call-${index}`);
  const replicated = async (store: SessionStore, id: string, batch: string) =>
    (await store.apply(id, { id: batch, ops: [say(batch)] })).replicated !== false;

  it('is asked of the node that has its key, wherever that is', async () => {
    const { store } = connected;
    for (const id of IDS) expect(await store.create(id, 60, { id: 'open', ops: [] })).not.toHaveProperty('replicated');
    // Before one of them is frozen, who would be waited for.
    const owners = await Promise.all(IDS.map((id) => cluster.ownerOf(keyPrefix + id)));
    const [owner] = owners;
    const replica = await cluster.replicaOf(owner as RedisServer);
    replica.pause();
    for (const [index, id] of IDS.entries()) {
      expect([id, await replicated(store, id, 'paused')]).toEqual([id, owners[index] !== owner]);
    }
    replica.resume();
    await until(() => replicated(store, IDS[0] ?? '', `again-${Math.random()}`));
  });

  it('is not taken for replicated where it went to the next owner of a slot that is about to move', async () => {
    const { store } = connected;
    await store.create('moving', 60, { id: 'open', ops: [] });
    const during: boolean[] = [];
    await cluster.moveSlot(`${keyPrefix}moving`, async () => during.push(await replicated(store, 'moving', 'during')));
    expect(during).toEqual([false]);
    await until(() => replicated(store, 'moving', `after-${Math.random()}`));
    expect((await store.load('moving')).history.get('a')).toBeDefined();
  });
});
