import type { Redis } from 'ioredis';
import { isCluster, ownerOf, type RedisConnection, slotOf } from './redis-connection';
import { SharedWait } from './shared-wait';

export interface ReplicationOptions {
  /** How many replicas are to have a write before it counts as replicated. */
  readonly replicas: number;
  /** How long they are waited for, at most. */
  readonly waitMs: number;
}

/** The connection that a write goes over, and which of its lives. */
interface Place {
  readonly server: Redis;
  readonly life: number;
}

/**
 * Asks whether replicas have a write (WAIT). The server answers for the connection that wrote, so whatever leaves open
 * which one that was, or whether it is still the same, counts as not replicated.
 */
export class Replication {
  private readonly lives = new WeakMap<Redis, number>();
  private readonly waits = new WeakMap<Redis, SharedWait>();

  constructor(private readonly options: ReplicationOptions) {}

  /** Called before a write; the answer is asked when it is done, and says whether enough replicas have it. Never rejects. */
  follow(redis: RedisConnection, key: string): () => Promise<boolean> {
    const before = this.placeOf(redis, key);
    return () => this.isReplicated(redis, key, before).catch(() => false);
  }

  private async isReplicated(redis: RedisConnection, key: string, before: Place | undefined): Promise<boolean> {
    if (!before || !this.isStill(before, redis, key)) return false;
    const { server } = before;
    // Where a slot is about to move, what was written may be with its next owner already: then this one redirects.
    if (isCluster(redis)) await server.exists(key);
    const count = await this.waitOn(server).count();
    return count >= this.options.replicas && this.isStill(before, redis, key);
  }

  private isStill({ server, life }: Place, redis: RedisConnection, key: string): boolean {
    const now = this.placeOf(redis, key);
    return now?.server === server && now.life === life;
  }

  private placeOf(redis: RedisConnection, key: string): Place | undefined {
    const server = isCluster(redis) ? ownerOf(redis, slotOf(key)) : redis;
    return server && { server, life: this.lifeOf(server) };
  }

  private lifeOf(server: Redis): number {
    const life = this.lives.get(server);
    if (life !== undefined) return life;
    this.lives.set(server, 0);
    server.on('close', () => this.lives.set(server, (this.lives.get(server) ?? 0) + 1));
    return 0;
  }

  private waitOn(server: Redis): SharedWait {
    const { replicas, waitMs } = this.options;
    const wait = this.waits.get(server) ?? new SharedWait(() => server.wait(replicas, waitMs));
    this.waits.set(server, wait);
    return wait;
  }
}
