import type { Redis } from 'ioredis';
import { ParleyError } from '../../common/parley-error';

const OLDEST_REDIS = [6, 2] as const;

export interface ServerCheck {
  /** Such as `Redis 7.0.15` or `Valkey 8.0.1`. */
  readonly server: string;
  readonly warnings: readonly string[];
}

/**
 * Looks at the server before it is trusted with calls. Uses INFO alone: managed services forbid CONFIG.
 * @throws ParleyError `store_incompatible` for a server older than 6.2
 */
export async function checkRedisServer(redis: Redis): Promise<ServerCheck> {
  const info = parseInfo(`${await redis.info('server')}\n${await redis.info('memory')}`);
  const valkey = info.get('valkey_version');
  // Valkey reports the Redis version it is compatible with, 7.2 or later.
  const version = info.get('redis_version') ?? '0';
  if (!isAtLeast(version, OLDEST_REDIS)) {
    throw new ParleyError(
      'store_incompatible',
      `Redis ${version} is too old: Parley needs ${OLDEST_REDIS.join('.')} or newer, or Valkey.`,
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
  return { server: valkey ? `Valkey ${valkey}` : `Redis ${version}`, warnings };
}

function parseInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(':'));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [foundMajor = 0, foundMinor = 0] = version.split('.').map(Number);
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}
