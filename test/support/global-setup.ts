import { RedisServer } from './redis-server';

declare global {
  var parleyRedis: RedisServer | undefined;
}

/** One Redis for the whole run, unless one is given; each spec keeps to a key prefix of its own. */
export default async function setup(): Promise<void> {
  if (process.env['TEST_REDIS_URL']) return;
  globalThis.parleyRedis = await RedisServer.start();
  process.env['TEST_REDIS_URL'] = globalThis.parleyRedis.url;
}
