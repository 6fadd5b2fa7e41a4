/**
 * On Redis alone: which servers may be trusted with calls. The refusals of servers that are not at hand (an old Redis,
 * a Valkey, one that evicts) are seen from what their INFO says; what is forbidden is forbidden on a real server.
 */
import { Redis } from 'ioredis';
import { RedisCommands } from '../../src/store/redis/redis-commands';
import { checkRedisServer } from '../../src/store/redis/redis-server-check';
import { RedisServer } from '../support/redis-server';
import { testRedisUrl } from '../support/test-redis';
import { redisProcess } from './redis-process';
import { codeOf } from './refusal';

/** A connection to a real server that says something else about itself. */
function claiming(redis: Redis, lines: readonly string[]): Redis {
  jest.spyOn(redis, 'info').mockImplementation(async () => lines.join('\r\n'));
  return redis;
}

describe('a server that is looked at', () => {
  let redis: Redis;

  beforeEach(async () => {
    redis = new Redis(testRedisUrl());
    await redis.ping();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    redis.disconnect();
  });

  it.each(['2.8.24', '5.0.14', '6.0.20', '6.1.99'])('is refused as Redis %s, with what is needed', async (version) => {
    const check = checkRedisServer(claiming(redis, [`redis_version:${version}`, 'maxmemory_policy:noeviction']));
    await expect(check).rejects.toMatchObject({ code: 'store_incompatible' });
    await expect(check).rejects.toThrow(`Redis ${version} is too old: Parley needs 6.2 or newer, or Valkey.`);
  });

  it.each(['6.2.0', '6.2.14', '7.0.15', '7.4.1', '8.0.2', '10.0.0'])('is taken as Redis %s', async (version) => {
    const check = await checkRedisServer(
      claiming(redis, [`redis_version:${version}`, 'run_id:0123456789abcdef', 'maxmemory_policy:noeviction']),
    );
    expect(check).toEqual({ server: `Redis ${version}`, run: '0123456789ab', warnings: [] });
  });

  it('is taken as Valkey, under its own name', async () => {
    const lines = ['redis_version:7.2.4', 'server_name:valkey', 'valkey_version:8.1.0', 'maxmemory_policy:noeviction'];
    expect(await checkRedisServer(claiming(redis, lines))).toMatchObject({ server: 'Valkey 8.1.0', warnings: [] });
  });

  it.each(['6.2.14', '6.9.9'])(
    'is refused as Redis %s in a cluster, for its pub/sub is not sharded',
    async (version) => {
      const check = checkRedisServer(claiming(redis, [`redis_version:${version}`]), true);
      await expect(check).rejects.toThrow(
        `Redis ${version} is too old: Parley needs 7.0 or newer in a cluster, or Valkey.`,
      );
    },
  );

  it('is refused if it does not say what it is', async () => {
    await expect(checkRedisServer(claiming(redis, []))).rejects.toMatchObject({ code: 'store_incompatible' });
  });

  it('is used for nothing once it is refused, and again when it is another', async () => {
    const commands = new RedisCommands([claiming(redis, ['redis_version:5.0.14'])], {
      maxInFlight: 100,
      commandTimeoutMs: 5000,
    });
    expect(await codeOf(commands.checkServers())).toBe('store_incompatible');
    expect(await codeOf(commands.send('s', (connection) => connection.ping()))).toBe('store_unavailable');
    expect(await codeOf(commands.ping())).toBe('store_incompatible');
    jest.restoreAllMocks();
    expect((await commands.checkServers()).server).toMatch(/^Redis \d/);
    expect(await commands.send('s', (connection) => connection.ping())).toBe('PONG');
  });
});

describe('a real server', () => {
  let server: RedisServer;

  const started = async (...args: string[]) => {
    server = await RedisServer.start(args);
    return server.url;
  };
  afterEach(() => server.stop());

  it.each(['allkeys-lru', 'volatile-ttl', 'volatile-lfu'])('that evicts by %s is warned of', async (policy) => {
    const redis = new Redis(await started('--maxmemory', '100mb', '--maxmemory-policy', policy));
    const { warnings } = await checkRedisServer(redis);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`maxmemory-policy ${policy}`);
    expect(warnings[0]).toContain('Set maxmemory-policy to noeviction');
    redis.disconnect();
  });

  it('that forbids CONFIG works', async () => {
    const own = await redisProcess(await started('--rename-command', 'CONFIG', ''));
    await own.store.create('s', 60, { id: 'open', ops: [{ op: 'setContext', key: 'k', value: 1 }] });
    expect((await own.store.load('s')).context.get('k')).toBe(1);
    own.disconnect();
  });

  it('that lets its user do nothing but what the store needs works', async () => {
    const url = await started();
    const admin = new Redis(url);
    const commands =
      '+@hash +expire +pexpire +pttl +del +exists +publish +subscribe +unsubscribe +evalsha +script|load +scan';
    await admin.acl(
      'SETUSER',
      'parley',
      'on',
      '>secret',
      '~session:*',
      '&session:*',
      ...commands.split(' '),
      '+info',
      '+ping',
    );
    admin.disconnect();
    const own = await redisProcess(url.replace('redis://', 'redis://parley:secret@'), { keyPrefix: 'session:' });
    await own.store.create('s', 60, { id: 'open', ops: [{ op: 'append', agent: 'a', role: 'user', content: 'x' }] });
    const stop = await own.store.watch('s', () => undefined);
    expect((await own.store.load('s')).lastSeq).toBe(1);
    expect((await own.store.list(10)).sessions).toHaveLength(1);
    await stop();
    await own.store.end('s');
    const leave = await own.shared.watchDocuments('docs', () => undefined);
    await own.shared.writeDocument('docs', 'one', 1, 0);
    expect((await own.shared.readDocuments('docs')).size).toBe(1);
    await leave();
    await own.shared.addCounts('counts', new Map([['a', 1]]), 60);
    expect((await own.shared.readCounts('counts')).size).toBe(1);
    await own.shared.removeCounts('counts');
    expect((await own.shared.countInWindow('window', 1, 60)).count).toBe(1);
    expect(await own.store.status()).toEqual({ up: true });
    own.disconnect();
  });
});
