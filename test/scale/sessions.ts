import type { Redis } from 'ioredis';
import { systemClock } from '../../src/common/clock';
import { readCalls } from '../../src/programs/call-file';
import { scriptCall } from '../../src/replay/turn-script';
import type { Op } from '../../src/store/ops';
import { turnOps } from '../bench/turn';
import { connectRedisStore } from '../support/redis-store';

export const TURNS = 16;
export const KEY_PREFIX = 'session:';
/** Commands that are on their way at the same time. */
const GROUP = 1000;

/** What sessions are made of: the turns of the other benches, or those of recorded calls. */
export const CONTENTS = ['bench', 'calls'] as const;
export type Contents = (typeof CONTENTS)[number];

export function sessionId(number: number): string {
  return `held-${number}`;
}

/**
 * Fills Redis with sessions of 16 turns.
 * @returns what one of them takes of its memory, in bytes
 */
export async function fillRedis(redis: Redis, url: string, contents: Contents, file: string, count: number) {
  const models = contents === 'bench' ? [benchTurns()] : await recordedTurns(file);
  const connected = await connectRedisStore({ url, keyPrefix: KEY_PREFIX, clock: systemClock });
  for (const [index, turns] of models.entries()) {
    const model = `model-${index}`;
    await connected.store.create(model, 7200, { id: 'open', ops: [] });
    for (const [turn, ops] of turns.entries()) await connected.store.apply(model, { id: `turn-${turn}`, ops });
  }
  connected.disconnect();
  const before = await usedMemory(redis);
  await copyModels(redis, models.length, count);
  return ((await usedMemory(redis)) - before) / count;
}

/** The server copies them itself: to write each turn of so many would take minutes. */
async function copyModels(redis: Redis, models: number, count: number): Promise<void> {
  for (let from = 0; from < count; from += GROUP) {
    const pipeline = redis.pipeline();
    for (let number = from; number < Math.min(from + GROUP, count); number += 1) {
      pipeline.copy(`${KEY_PREFIX}model-${number % models}`, KEY_PREFIX + sessionId(number));
    }
    await pipeline.exec();
  }
}

function benchTurns(): Op[][] {
  return Array.from({ length: TURNS }, (_, turn) => turnOps(turn));
}

/** Sixteen turns in a row, of the calls one after the other. */
async function recordedTurns(file: string): Promise<Op[][][]> {
  const turns = (await readCalls(file)).flatMap((call) => scriptCall(call, 1).turns).map(({ ops }) => [...ops]);
  return Array.from({ length: Math.floor(turns.length / TURNS) }, (_, index) =>
    turns.slice(index * TURNS, (index + 1) * TURNS),
  );
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
}
