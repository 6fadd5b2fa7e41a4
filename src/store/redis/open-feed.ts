import type { FeedChannels } from './feed-channels';
import { PlainChannels } from './plain-channels';
import { isCluster, type RedisConnection } from './redis-connection';
import { ShardedChannels } from './sharded-channels';

/** The channels over a connection for listeners, such as it is. */
export function feedChannels(connection: RedisConnection, onError: (error: unknown) => void): FeedChannels {
  return isCluster(connection) ? new ShardedChannels(connection, onError) : new PlainChannels(connection, onError);
}
