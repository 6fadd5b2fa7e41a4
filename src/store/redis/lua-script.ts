import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { replyCode } from './redis-errors';

/** A script of the folder `scripts`, which changes one key. Its header says what it takes and what it replies. */
export class LuaScript<Reply> {
  private readonly source: string;
  private readonly sha: string;

  constructor(name: string) {
    this.source = readFileSync(join(__dirname, 'scripts', `${name}.lua`), 'utf8');
    this.sha = createHash('sha1').update(this.source).digest('hex');
  }

  /**
   * Runs it by its hash, and brings it along where the server does not know it (any more): after a restart, a failover,
   * a SCRIPT FLUSH.
   */
  async run(redis: Redis, key: string, args: readonly (string | Buffer)[]): Promise<Reply> {
    try {
      return (await redis.evalsha(this.sha, 1, key, ...args)) as Reply;
    } catch (error) {
      // NOSCRIPT says that nothing ran, so sending it again cannot apply anything twice.
      if (replyCode(error) !== 'NOSCRIPT') throw error;
      return (await redis.eval(this.source, 1, key, ...args)) as Reply;
    }
  }

  load(redis: Redis): Promise<unknown> {
    return redis.script('LOAD', this.source);
  }
}
