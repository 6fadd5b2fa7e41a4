import type { Redis } from 'ioredis';
import { ParleyError } from '../../common/parley-error';

const OLDEST_REDIS = [6, 2] as const;
/** The first with sharded pub/sub. */
const OLDEST_IN_CLUSTER = [7, 0] as const;

export interface ServerCheck {
  /** Such as `Redis 7.0.15` or `Valkey 8.0.1`. */
  readonly server: string;
  readonly warnings: readonly string[];
  /** Of the server's process; another one after each start. */
  readonly run: string;
}

/**
 * Looks at the server before it is trusted with calls. Uses INFO alone: managed services forbid CONFIG.
 * @throws ParleyError `store_incompatible` for a server older than 6.2, or 7.0 as a node of a cluster
 */
export async function checkRedisServer(redis: Redis, isNode = false): Promise<ServerCheck> {
  const info = parseInfo(`${await redis.info('server')}\n${await redis.info('memory')}`);
  const valkey = info.get('valkey_version');
  // Valkey reports the Redis version it is compatible with, 7.2 or later.
  const version = info.get('redis_version') ?? '0';
  const oldest = isNode ? OLDEST_IN_CLUSTER : OLDEST_REDIS;
  if (!isAtLeast(version, oldest)) {
    throw new ParleyError(
      'store_incompatible',
      `Redis ${version} is too old: Parley needs ${oldest.join('.')} or newer${isNode ? ' in a cluster' : ''}, or Valkey.`,
    );
  }
  const policy = info.get('maxmemory_policy');
  const warnings =
    policy === undefined || policy === 'noeviction'
      ? []
      : [
          `Redis evicts keys when it is full (maxmemory-policy ${policy}): calls would lose their state. ` +
            'Set maxmemory-policy to noeviction.',
        ];
  return {
    server: valkey ? `Valkey ${valkey}` : `Redis ${version}`,
    warnings,
    run: info.get('run_id')?.slice(0, 12) ?? '',
  };
}

function parseInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
