import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { isCluster, type RedisConnection } from './redis-connection';
import { replyCode } from './redis-errors';

/** A script of the folder `scripts`, which changes one key. Its header says what it takes and what it replies. */
export class LuaScript<Reply> {
  private readonly plain: ScriptText;
  /** In a cluster what it publishes goes to the shard of its key alone, not to every node. */
  private readonly sharded: ScriptText;

  constructor(name: string) {
    const source = readFileSync(join(__dirname, 'scripts', `${name}.lua`), 'utf8');
    this.plain = scriptText(source);
    this.sharded = scriptText(source.replaceAll("call('PUBLISH'", "call('SPUBLISH'"));
  }

  /**
   * Runs it by its hash, and brings it along where the server does not know it (any more): after a restart, a failover,
   * a SCRIPT FLUSH.
   */
  async run(redis: RedisConnection, key: string, args: readonly string[]): Promise<Reply> {
    const { source, sha } = isCluster(redis) ? this.sharded : this.plain;
    try {
      return (await redis.evalsha(sha, 1, key, ...args)) as Reply;
    } catch (error) {
      // NOSCRIPT says that nothing ran, so sending it again cannot apply anything twice.
      if (replyCode(error) !== 'NOSCRIPT') throw error;
      return (await redis.eval(source, 1, key, ...args)) as Reply;
    }
  }

  /** Brings it to one server, which may be a node of a cluster. */
  load(server: Redis, isNode: boolean): Promise<unknown> {
    return server.script('LOAD', (isNode ? this.sharded : this.plain).source);
  }
}

interface ScriptText {
  readonly source: string;
  readonly sha: string;
}

function scriptText(source: string): ScriptText {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}
