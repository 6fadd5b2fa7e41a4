import type { ClusterNode, ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisServers } from '../../config/redis-servers';
import { SteadyConnector } from './steady-connector';

export interface RedisTimeouts {
  readonly commandTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** What a connection is for: commands, or nothing but listening. */
export type RedisRole = 'commands' | 'feed';

/** Reconnects wait 50 ms at first, doubling up to this, so that recovery is noticed within a second or two. */
const MAX_RECONNECT_DELAY_MS = 1000;
/** The same where another server takes over: Sentinels are asked as often, and know of it at once. */
const MAX_FAILOVER_DELAY_MS = 200;
/** What a server that has hung gets to close a connection; after that it is dropped. */
const DISCONNECT_TIMEOUT_MS = 200;
/** How long a cluster can have changed without telling: what commands run into is learned at once. */
const TOPOLOGY_REFRESH_MS = 2000;

/**
 * How Parley talks to Redis. Nothing queues while the server is away, and the client never sends again on its own
 * what may have been applied: the store's callers do, under the same batch id.
 */
function baseOptions(role: RedisRole, timeouts: RedisTimeouts): RedisOptions {
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
    // Costs two commands a connection, which an ACL would have to allow.
    disableClientInfo: true,
  };
}

/** Of one server. */
export function redisClientOptions(role: RedisRole, timeouts: RedisTimeouts): RedisOptions {
  return { ...pipeliningOptions(role, timeouts), Connector: SteadyConnector };
}

function pipeliningOptions(role: RedisRole, timeouts: RedisTimeouts): RedisOptions {
  return {
    ...baseOptions(role, timeouts),
    // Commands of one event-loop turn share a write.
    enableAutoPipelining: role === 'commands',
    retryStrategy: (attempt) => backoffMs(attempt, MAX_RECONNECT_DELAY_MS),
  };
}

type Of<Kind extends RedisServers['kind']> = Extract<RedisServers, { kind: Kind }>;

/** Of the primary behind Sentinels. */
export function sentinelClientOptions(servers: Of<'sentinel'>, role: RedisRole, timeouts: RedisTimeouts): RedisOptions {
  return {
    ...pipeliningOptions(role, timeouts),
    ...credentials(servers),
    sentinels: servers.sentinels.map(({ host, port }) => ({ host, port })),
    name: servers.name,
    ...(servers.sentinelPassword !== undefined && { sentinelPassword: servers.sentinelPassword }),
    ...(servers.tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    sentinelCommandTimeout: timeouts.connectTimeoutMs,
    sentinelRetryStrategy: (attempt) => backoffMs(attempt, MAX_FAILOVER_DELAY_MS),
    retryStrategy: (attempt) => backoffMs(attempt, MAX_FAILOVER_DELAY_MS),
    // A primary that has become a replica: the Sentinels know the new one. What it refused is for the caller to repeat.
    reconnectOnError: ({ message }) => message.includes('READONLY'),
  };
}

/** Of a cluster. What nodes redirect (MOVED, ASK) the client follows; it was not applied where it was refused. */
export function clusterClientOptions(
  servers: Of<'cluster'>,
  role: RedisRole,
  timeouts: RedisTimeouts,
): { nodes: ClusterNode[] } & ClusterOptions {
  return {
    nodes: servers.nodes.map(({ host, port }) => ({ host, port })),
    enableOfflineQueue: false,
    // Its question would go to any node, also to one that is still being connected to, and then all would start over. What
    // the cluster cannot do its nodes say.
    enableReadyCheck: false,
    // A lost connection says nothing about whether a command was applied, and a cluster that is down may stay so.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshInterval: TOPOLOGY_REFRESH_MS,
    slotsRefreshTimeout: timeouts.connectTimeoutMs,
    clusterRetryStrategy: (attempt) => backoffMs(attempt, MAX_FAILOVER_DELAY_MS),
    // Certificates are for names: those that nodes are announced with are not exchanged for their addresses.
    ...(servers.tls && { dnsLookup: (name, found) => found(null, name) }),
    // No pipelining by the client: a group of which one command is redirected would fail as a whole.
    redisOptions: { ...baseOptions(role, timeouts), ...credentials(servers), Connector: SteadyConnector },
  };
}

function credentials({ username, password, tls }: Of<'sentinel' | 'cluster'>): RedisOptions {
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  };
}

function backoffMs(attempt: number, maxMs: number): number {
  return Math.min(50 * 2 ** Math.min(attempt - 1, 10), maxMs);
}
