import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { ParleyError } from '../../common/parley-error';
import { KeyedQueue } from './keyed-queue';
import { fromRedisError } from './redis-errors';
import { checkRedisServer, type ServerCheck } from './redis-server-check';
import { loadScript } from './session-script';

/**
 * The way of the store's commands to Redis: bounded, over a server that was looked at, and every failure one of ours.
 *
 * A connection has one group of commands under way at a time, so with a single one Redis waits while the next group is
 * prepared. A session keeps to one connection: its commands arrive in the order in which they were given.
 */
export class RedisCommands {
  private readonly logger = new Logger(RedisCommands.name);
  private readonly writes = new KeyedQueue();
  private inFlight = 0;
  private incompatible: ParleyError | undefined;

  /** @param maxInFlight calls that may be under way or wait their turn; beyond it new ones are refused */
  constructor(
    private readonly connections: readonly Redis[],
    private readonly maxInFlight: number,
  ) {
    // A failover or a restart can bring another server: each one is looked at.
    for (const redis of connections) redis.on('ready', () => void this.checkServer(redis).catch(() => undefined));
  }

  /**
   * Looks at the server and loads the script.
   * @throws ParleyError `store_incompatible` for a server that is too old, `store_unavailable` if it does not answer
   */
  async checkServer(redis = this.connectionOf('')): Promise<ServerCheck> {
    try {
      const check = await checkRedisServer(redis);
      for (const warning of check.warnings) this.logger.warn(warning);
      await loadScript(redis);
      this.incompatible = undefined;
      return check;
    } catch (error) {
      const failure = fromRedisError(error);
      this.logger.error(`Redis is not usable: ${failure.message}`);
      if (failure.code === 'store_incompatible') this.incompatible = failure;
      throw failure;
    }
  }

  /** Sends what belongs to one session. @throws ParleyError, never another error */
  async send<T>(sessionId: string, command: (redis: Redis) => Promise<T>): Promise<T> {
    if (this.incompatible) throw new ParleyError('store_unavailable', this.incompatible.message);
    if (this.inFlight >= this.maxInFlight) {
      throw new ParleyError('store_unavailable', 'Too many commands wait for Redis.');
    }
    this.inFlight += 1;
    try {
      return await command(this.connectionOf(sessionId));
    } catch (error) {
      throw fromRedisError(error, sessionId);
    } finally {
      this.inFlight -= 1;
    }
  }

  /**
   * The same for a write, when those of the session that came before it have had their answers. A write can take more
   * than one step (the script is brought again, a session is converted), and none may come between them.
   */
  sendInTurn<T>(sessionId: string, commands: (redis: Redis) => Promise<T>): Promise<T> {
    return this.send(sessionId, (redis) => this.writes.run(sessionId, () => commands(redis)));
  }

  /** Whether the server answers on every connection. @throws ParleyError */
  async ping(): Promise<void> {
    if (this.incompatible) throw this.incompatible;
    try {
      await Promise.all(this.connections.map((redis) => redis.ping()));
    } catch (error) {
      throw fromRedisError(error);
    }
  }

  private connectionOf(sessionId: string): Redis {
    let hash = 0;
    for (let index = 0; index < sessionId.length; index += 1) hash = (hash * 31 + sessionId.charCodeAt(index)) >>> 0;
    return this.connections[hash % this.connections.length] as Redis;
  }
}
