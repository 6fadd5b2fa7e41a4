import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { replyCode } from './redis-errors';

const SOURCE = readFileSync(join(__dirname, 'scripts', 'apply-batch.lua'), 'utf8');
const SHA = createHash('sha1').update(SOURCE).digest('hex');

export type ScriptReply = number | readonly [revision: number, firstSeq: number, messages: number, at: string];
export type ScriptMode = 'A' | 'N' | 'E' | 'C';

/** What a server answers that does not know the script (any more): nothing has run then. */
export const SCRIPT_MISSING = 'missing';

/** Runs apply-batch.lua by its hash. */
export async function tryScript(
  redis: Redis,
  key: string,
  args: readonly string[],
): Promise<ScriptReply | typeof SCRIPT_MISSING> {
  try {
    return (await redis.evalsha(SHA, 1, key, ...args)) as ScriptReply;
  } catch (error) {
    if (replyCode(error) !== 'NOSCRIPT') throw error;
    return SCRIPT_MISSING;
  }
}

/** The same, bringing the script along where it is missing: after a restart, a failover, a SCRIPT FLUSH. */
export async function runScript(redis: Redis, key: string, args: readonly string[]): Promise<ScriptReply> {
  const reply = await tryScript(redis, key, args);
  return reply === SCRIPT_MISSING ? ((await redis.eval(SOURCE, 1, key, ...args)) as ScriptReply) : reply;
}

export function loadScript(redis: Redis): Promise<unknown> {
  return redis.script('LOAD', SOURCE);
}
