import { isCluster, type RedisConnection } from './redis-connection';

/** @returns how many connections were reached */
export async function publish(redis: RedisConnection, channel: string, message: string): Promise<number> {
  return isCluster(redis) ? Number(await redis.spublish(channel, message)) : redis.publish(channel, message);
}
