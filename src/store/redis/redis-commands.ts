import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { KeyedQueue } from '../../common/keyed-queue';
import { ParleyError } from '../../common/parley-error';
import { checkAlive, isCluster, onServerReady, type RedisConnection, serversOf } from './redis-connection';
import { fromRedisError } from './redis-errors';
import { checkRedisServer, type ServerCheck } from './redis-server-check';
import { APPLY_BATCH } from './session-script';
import { SHARED_SCRIPTS } from './shared-scripts';

const SCRIPTS = [APPLY_BATCH, ...Object.values(SHARED_SCRIPTS)];

export interface RedisCommandOptions {
  /** Calls that may be under way or wait their turn; beyond it new ones are refused. */
  readonly maxInFlight: number;
  /** Longest wait for an answer. */
  readonly commandTimeoutMs: number;
}

/**
 * The way of the store's commands to Redis: bounded, over a server that was looked at, and every failure one of ours.
 *
 * A connection has one group of commands under way at a time, so with a single one Redis waits while the next group is
 * prepared. A session keeps to one connection: its commands arrive in the order in which they were given.
 */
export class RedisCommands {
  private readonly logger = new Logger(RedisCommands.name);
  private readonly writes = new KeyedQueue();
  private readonly runs = new WeakMap<Redis, string>();
  private inFlight = 0;
  private incompatible: ParleyError | undefined;

  constructor(
    private readonly connections: readonly RedisConnection[],
    private readonly options: RedisCommandOptions,
  ) {
    // A failover or a restart can bring another server: each one is looked at.
    for (const connection of connections) {
      onServerReady(
        connection,
        (server) => void this.checkServer(server, isCluster(connection)).catch(() => undefined),
      );
    }
  }

  /**
   * Looks at each server and loads the scripts.
   * @throws ParleyError `store_incompatible` for a server that is too old, `store_unavailable` if one does not answer
   */
  async checkServers(): Promise<ServerCheck> {
    const isNode = isCluster(this.connectionOf(''));
    const [check] = await Promise.all(this.servers().map(([, server]) => this.checkServer(server, isNode)));
    if (!check) throw fromRedisError(new Error('There is no connection yet.'));
    return check;
  }

  private async checkServer(server: Redis, isNode: boolean): Promise<ServerCheck> {
    try {
      const check = await checkRedisServer(server, isNode);
      this.runs.set(server, check.run);
      for (const warning of check.warnings) this.logger.warn(warning);
      await Promise.all(SCRIPTS.map((script) => script.load(server, isNode)));
      this.incompatible = undefined;
      return check;
    } catch (error) {
      const failure = fromRedisError(error);
      // A connection that is gone again was no server to look at; that connections fail is told elsewhere.
      if (server.status === 'ready') this.logger.error(`Redis is not usable: ${failure.message}`);
      if (failure.code === 'store_incompatible') this.incompatible = failure;
      throw failure;
    }
  }

  /** Sends what belongs to one session. @throws ParleyError, never another error */
  send<T>(sessionId: string, command: (redis: RedisConnection) => Promise<T>): Promise<T> {
    return this.sendOn(this.connectionOf(sessionId), command, sessionId);
  }

  /** The same for what belongs to a key that is no session's. */
  sendShared<T>(key: string, command: (redis: RedisConnection) => Promise<T>): Promise<T> {
    return this.sendOn(this.connectionOf(key), command);
  }

  /** Sends what belongs to no key to one of {@link servers}. */
  sendTo<T>(server: Redis, command: (server: Redis) => Promise<T>): Promise<T> {
    return this.sendOn(server, command);
  }

  /**
   * The servers that hold keys, by the first of each one's slots; more than one in a cluster alone.
   * @throws ParleyError `store_unavailable` where one of them is away
   */
  servers(): readonly (readonly [firstSlot: number, server: Redis])[] {
    try {
      return serversOf(this.connectionOf(''));
    } catch (error) {
      throw fromRedisError(error);
    }
  }

  /** Tells one run of a server's process from another. */
  runOf(server: Redis): string {
    return this.runs.get(server) ?? '';
  }

  private async sendOn<T, Target extends RedisConnection>(
    redis: Target,
    command: (redis: Target) => Promise<T>,
    sessionId?: string,
  ): Promise<T> {
    if (this.incompatible) throw new ParleyError('store_unavailable', this.incompatible.message);
    if (this.inFlight >= this.options.maxInFlight) {
      throw new ParleyError('store_unavailable', 'Too many commands wait for Redis.');
    }
    this.inFlight += 1;
    // It counts until it is settled, whether or not its caller still waits: so long it takes room.
    const work = command(redis).finally(() => (this.inFlight -= 1));
    try {
      return await this.inTime(work);
    } catch (error) {
      throw fromRedisError(error, sessionId);
    }
  }

  /** The client's own time limit begins when a command is sent, which may be after the group before it was answered. */
  private async inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('timed out')), this.options.commandTimeoutMs);
    });
    try {
      return await Promise.race([work, limit]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * The same for a write, when those of the session that came before it have had their answers. A write can take more
   * than one step (the script is brought again, a session is converted), and none may come between them.
   */
  sendInTurn<T>(sessionId: string, commands: (redis: RedisConnection) => Promise<T>): Promise<T> {
    return this.send(sessionId, (redis) => this.writes.run(sessionId, () => commands(redis)));
  }

  /** Whether the server answers on every connection. @throws ParleyError */
  async ping(): Promise<void> {
    if (this.incompatible) throw this.incompatible;
    try {
      await this.inTime(Promise.all(this.connections.map(checkAlive)));
    } catch (error) {
      throw fromRedisError(error);
    }
  }

  private connectionOf(key: string): RedisConnection {
    let hash = 0;
    for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) >>> 0;
    return this.connections[hash % this.connections.length] as RedisConnection;
  }
}
