import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

export function testRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) throw new Error('TEST_REDIS_URL is not set: run the tests with npm test.');
  return url;
}

export function uniquePrefix(): string {
  return `parley-test:${randomUUID()}:`;
}

export async function removeKeys(redis: Redis, prefix: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000);
    // One by one: keys of a node of a cluster have different slots.
    await Promise.all(keys.map((key) => redis.unlink(key)));
    cursor = next;
  } while (cursor !== '0');
}
