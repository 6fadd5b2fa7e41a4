import type { ParleyError } from '../common/parley-error';
import { readConfig } from './parley-config';

function serversOf(variables: Record<string, string>) {
  const { store } = readConfig({ STORE: 'redis', ...variables });
  return store.kind === 'redis' ? store.servers : undefined;
}

function refusal(variables: Record<string, string>): ParleyError {
  try {
    readConfig({ STORE: 'redis', ...variables });
  } catch (error) {
    return error as ParleyError;
  }
  throw new Error('The configuration was taken.');
}

const SENTINELS = { REDIS_SENTINELS: 'a:26379', REDIS_SENTINEL_NAME: 'main' };

describe('the servers of the Redis store', () => {
  it('are one that a URL names', () => {
    expect(serversOf({ REDIS_URL: 'redis://host' })).toEqual({ kind: 'single', url: 'redis://host' });
  });

  it('are those behind Sentinels', () => {
    const servers = serversOf({
      REDIS_SENTINELS: 'one:26379, [::1]:26380',
      REDIS_SENTINEL_NAME: 'main',
      REDIS_USERNAME: 'parley',
      REDIS_PASSWORD: 'of the servers',
      REDIS_SENTINEL_PASSWORD: 'of the Sentinels',
      REDIS_TLS: 'true',
    });
    expect(servers).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'one', port: 26379 },
        { host: '::1', port: 26380 },
      ],
      name: 'main',
      username: 'parley',
      password: 'of the servers',
      sentinelPassword: 'of the Sentinels',
      tls: true,
    });
  });

  it('are a cluster', () => {
    expect(serversOf({ REDIS_CLUSTER_NODES: '10.0.0.1:6379,10.0.0.2:6379' })).toEqual({
      kind: 'cluster',
      nodes: [
        { host: '10.0.0.1', port: 6379 },
        { host: '10.0.0.2', port: 6379 },
      ],
      username: undefined,
      password: undefined,
      tls: false,
    });
  });

  it('are nobody’s concern where the store is another', () => {
    const variables = { REDIS_URL: 'redis://host', REDIS_CLUSTER_NODES: 'a:1', REDIS_USERNAME: 'parley' };
    expect(readConfig({ ...variables, STORE: 'embedded' }).store).toEqual({ kind: 'embedded', folder: './data' });
  });

  it.each<[Record<string, string>, string[]]>([
    [{}, ['REDIS_URL']],
    [{ REDIS_SENTINELS: 'a:26379' }, ['REDIS_SENTINEL_NAME']],
    [{ REDIS_SENTINEL_NAME: 'main' }, ['REDIS_SENTINELS']],
    [{ REDIS_URL: 'redis://h', REDIS_CLUSTER_NODES: 'a:1' }, ['REDIS_URL', 'REDIS_CLUSTER_NODES']],
    [{ ...SENTINELS, REDIS_CLUSTER_NODES: 'a:1' }, ['REDIS_SENTINELS', 'REDIS_CLUSTER_NODES']],
    [{ ...SENTINELS, REDIS_URL: 'redis://h' }, ['REDIS_URL', 'REDIS_SENTINELS']],
    [{ REDIS_URL: 'redis://h', REDIS_PASSWORD: 'p' }, ['REDIS_PASSWORD']],
    [{ REDIS_URL: 'redis://h', REDIS_TLS: 'true' }, ['REDIS_TLS']],
    [{ ...SENTINELS, REDIS_USERNAME: 'parley' }, ['REDIS_PASSWORD']],
    [{ REDIS_CLUSTER_NODES: 'a:1', REDIS_SENTINEL_PASSWORD: 'p' }, ['REDIS_SENTINEL_PASSWORD']],
    [{ REDIS_CLUSTER_NODES: 'a' }, ['REDIS_CLUSTER_NODES']],
    [{ REDIS_URL: 'redis://h', REDIS_WAIT_REPLICAS: '1', REDIS_WAIT_MS: '2000' }, ['REDIS_WAIT_MS']],
    [{ ...SENTINELS, REDIS_SENTINEL_NAME: 'a b' }, ['REDIS_SENTINEL_NAME']],
    [{ REDIS_CLUSTER_NODES: 'a:1', REDIS_TLS: 'yes' }, ['REDIS_TLS']],
    [{ REDIS_CLUSTER_NODES: 'a:1', REDIS_USERNAME: 'a b', REDIS_PASSWORD: 'p' }, ['REDIS_USERNAME']],
  ])('are refused as %j, with the names of the variables', (variables, names) => {
    expect(refusal(variables).errors?.map(({ path }) => path)).toEqual(names);
  });

  it('are refused without a word of their secrets', () => {
    const { message } = refusal({ REDIS_URL: 'redis://:s3cret@h', ...SENTINELS, REDIS_PASSWORD: 's3cret' });
    expect(message).toContain('REDIS_PASSWORD holds something else (not shown)');
    expect(message).not.toContain('s3cret');
  });
});

describe('the spool of the Redis store', () => {
  const spoolOf = (variables: Record<string, string>) => {
    const { store } = readConfig({ STORE: 'redis', REDIS_URL: 'redis://host', ...variables });
    return store.kind === 'redis' ? store.spool : undefined;
  };

  it('is there where a folder is named, and bounded', () => {
    expect(spoolOf({})).toBeUndefined();
    expect(spoolOf({ REDIS_SPOOL_DIR: './spool' })).toEqual({ folder: './spool', maxBytes: 64 * 1024 * 1024 });
    expect(spoolOf({ REDIS_SPOOL_DIR: './spool', REDIS_SPOOL_MAX_BYTES: '65536' })?.maxBytes).toBe(65_536);
  });
});
