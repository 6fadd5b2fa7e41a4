import { LuaScript } from './lua-script';
import type { RedisConnection } from './redis-connection';

/** As apply-batch.lua describes it. */
export type AppliedReply = readonly [
  revision: number,
  firstSeq: number,
  messages: number,
  at: string,
  epoch: string,
  repeated: number,
  effect: string,
];
export type ScriptReply = number | AppliedReply;
export type ScriptMode = 'A' | 'N' | 'E' | 'C';

export const APPLY_BATCH = new LuaScript<ScriptReply>('apply-batch');

/** Runs apply-batch.lua on a session's key. */
export function runScript(redis: RedisConnection, key: string, args: readonly string[]): Promise<ScriptReply> {
  return APPLY_BATCH.run(redis, key, args);
}
