import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { RedisServer } from '../support/redis-server';
import { tracked } from '../support/tracked-child';
import type { HeldMemos, MemoOrder } from './memo-process';
import { type Contents, fillRedis } from './sessions';

const OLD_SPACE_MB = 1024;
/** Of the recorded calls' it is enough to know what one takes. */
const RECORDED = 12_000;

export interface MeasuredMemory extends HeldMemos {
  readonly contents: Contents;
  /** What a session of 16 turns takes in Redis, in bytes. */
  readonly redisBytesASession: number;
}

/** Live memos of 16 turns in a process with 1 GiB of heap, and what the same sessions take in Redis. */
export async function memory(contents: Contents, file: string, most: number): Promise<MeasuredMemory> {
  const sessions = contents === 'calls' ? Math.min(RECORDED, most) : most;
  const server = await RedisServer.start();
  const redis = new Redis(server.url);
  const flags = ['--expose-gc', `--max-old-space-size=${OLD_SPACE_MB}`, '-r', './test/support/register.cjs'];
  try {
    const redisBytesASession = await fillRedis(redis, server.url, contents, file, sessions);
    const child = tracked(fork(join(__dirname, 'memo-process.ts'), { execArgv: flags }));
    const held = await heldBy(child, { url: server.url, sessions });
    child.kill('SIGKILL');
    return { contents, ...held, redisBytesASession };
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

async function heldBy(child: ReturnType<typeof fork>, order: MemoOrder): Promise<HeldMemos> {
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`The process of the memos ended with ${String(code)}.`);
  });
  gone.catch(() => undefined);
  child.send(order);
  const [held] = (await Promise.race([once(child, 'message'), gone])) as [HeldMemos];
  return held;
}
