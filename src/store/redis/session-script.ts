import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { replyCode } from './redis-errors';

const SOURCE = readFileSync(join(__dirname, 'scripts', 'apply-batch.lua'), 'utf8');
const SHA = createHash('sha1').update(SOURCE).digest('hex');

/** As apply-batch.lua describes it. */
export type AppliedReply = readonly [
  revision: number,
  firstSeq: number,
  messages: number,
  at: string,
  repeated: number,
  agentHeader: string,
  activeAgent: string,
];
export type ScriptReply = number | AppliedReply;
export type ScriptMode = 'A' | 'N' | 'E' | 'C';

/**
 * Runs apply-batch.lua by its hash, and brings the script along where the server does not know it (any more): after a
 * restart, a failover, a SCRIPT FLUSH.
 */
export async function runScript(redis: Redis, key: string, args: readonly string[]): Promise<ScriptReply> {
  try {
    return (await redis.evalsha(SHA, 1, key, ...args)) as ScriptReply;
  } catch (error) {
    // NOSCRIPT says that nothing ran, so sending it again cannot apply anything twice.
    if (replyCode(error) !== 'NOSCRIPT') throw error;
    return (await redis.eval(SOURCE, 1, key, ...args)) as ScriptReply;
  }
}

export function loadScript(redis: Redis): Promise<unknown> {
  return redis.script('LOAD', SOURCE);
}
