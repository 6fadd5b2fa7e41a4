import type { Redis } from 'ioredis';
import type { SessionStore } from '../../src/store/session-store';
import { median, report, rounds } from './measure';
import { openEmbeddedBench, openRedisBench, type RedisBench } from './stores';
import { Call } from './turn';

const PARALLEL = 64;
const ROUND_MS = 1000;
const ROUNDS = 9;

/** Turns a second through the store, beside a bare pipelined HSET of the same bytes. */
export async function storeThroughput(): Promise<void> {
  const bench = await openRedisBench();
  const calls = await open(bench.store);
  const bytes = await bytesOfTurn(bench, calls);
  const results = await rounds(ROUNDS, {
    parley: () => perSecond(calls.map((call) => () => call.play(1))),
    hset: () => perSecond(bareWriters(bench.bare, bytes)),
  });
  const [parley, hset] = [median(results.parley), median(results.hset)];
  report('store-throughput', 'redis: turns', parley, '1/s');
  report('store-throughput', 'bare pipelined HSET of the same bytes', hset, '1/s', { bytes });
  const ratios = results.parley.map((value, index) => value / (results.hset[index] as number));
  report('store-throughput', 'redis: turns over bare HSET', median(ratios), 'ratio', { atLeast: 0.45 });
  await bench.close();

  const embedded = await openEmbeddedBench();
  const embeddedCalls = await open(embedded.store);
  const turns = await rounds(5, { parley: () => perSecond(embeddedCalls.map((call) => () => call.play(1))) });
  report('store-throughput', 'embedded: durable turns', median(turns.parley), '1/s');
  await embedded.close();
}

function open(store: SessionStore): Promise<Call[]> {
  const ids = Array.from({ length: PARALLEL }, (_, index) => `0199aa00-0000-7000-8000-0000000000${index + 10}`);
  return Promise.all(ids.map((id) => new Call(store, id).open()));
}

async function bytesOfTurn(bench: RedisBench, calls: readonly Call[]): Promise<number> {
  const before = bench.bytesWritten();
  await Promise.all(calls.map((call) => call.play(10)));
  return Math.round((bench.bytesWritten() - before) / (calls.length * 10));
}

/** The same number of bytes on the wire in one HSET of one field. */
function bareWriters(redis: Redis, bytes: number): (() => Promise<unknown>)[] {
  const frame = '*4\r\n$4\r\nHSET\r\n$36\r\n\r\n$7\r\nturn123\r\n$400\r\n\r\n'.length + 36;
  const value = 'x'.repeat(bytes - frame);
  return Array.from({ length: PARALLEL }, (_, index) => {
    const key = `bare:${index}`.padEnd(36, 'k');
    let turn = 0;
    return () => redis.hset(key, `turn${((turn += 1) % 1000).toString().padStart(3, '0')}`, value);
  });
}

/** Each writer waits for its answer before it writes again; all of them at once. */
async function perSecond(writers: readonly (() => Promise<unknown>)[]): Promise<number> {
  const startedMs = performance.now();
  let done = 0;
  await Promise.all(
    writers.map(async (write) => {
      while (performance.now() - startedMs < ROUND_MS) {
        await write();
        done += 1;
      }
    }),
  );
  return (done / (performance.now() - startedMs)) * 1000;
}
