import type { RedisOptions } from 'ioredis';

export interface RedisTimeouts {
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** Reconnects wait 50 ms at first, doubling up to this, so that recovery is noticed within a second or two. */
const MAX_RECONNECT_DELAY_MS = 1000;
/** What a server that has hung gets to close a connection; after that it is dropped. */
const DISCONNECT_TIMEOUT_MS = 200;

/**
 * How Parley talks to Redis. Nothing queues while the server is away, and the client never sends again on its own
 * what may have been applied: the store's callers do, under the same batch id.
 */
export function redisClientOptions(role: 'commands' | 'feed', timeouts: RedisTimeouts): RedisOptions {
  return {
    connectTimeout: timeouts.connectTimeoutMs,
    commandTimeout: timeouts.commandTimeoutMs,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // A command that was given up stays in the client and on the wire: a server that answers nothing for so long loses
    // the connection, and with it what waits there. The feed may be silent for hours.
    ...(role === 'commands' && { socketTimeout: timeouts.commandTimeoutMs }),
    // The feed resubscribes itself, to know when it is complete again.
    autoResubscribe: false,
    maxRetriesPerRequest: null,
    // Commands of one event-loop turn share a write.
    enableAutoPipelining: role === 'commands',
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt - 1, 10), MAX_RECONNECT_DELAY_MS),
  };
}
