import { median, report, rounds, secondsOf } from './measure';
import { type BenchStore, openEmbeddedBench, openRedisBench, type RedisBench } from './stores';
import { Call } from './turn';

const LEVELS = [10, 100, 1000, 10_000] as const;
const CALLS = 8;
const ROUNDS = 40;
const TURNS = 4;

/** Does a turn cost the same in minute 60 as in minute 1? */
export async function turnCost(): Promise<void> {
  const redis = await openRedisBench();
  const levels = await measure(redis);
  await measureBytes(redis, levels);
  await redis.close();
  const embedded = await openEmbeddedBench();
  await measure(embedded);
  await embedded.close();
}

async function measure(bench: BenchStore): Promise<ReadonlyMap<string, readonly Call[]>> {
  const levels = new Map<string, Call[]>();
  for (const level of LEVELS) levels.set(String(level), await callsAt(bench, level));
  const play = (calls: readonly Call[]) => secondsOf(() => Promise.all(calls.map((call) => call.play(TURNS))));
  const contestants = Object.fromEntries([...levels].map(([level, calls]) => [level, () => play(calls)]));
  await rounds(5, contestants);
  const seconds = await rounds(ROUNDS, contestants);
  const micros = (level: number) => (median(seconds[String(level)] ?? []) / (CALLS * TURNS)) * 1e6;
  for (const level of LEVELS) report('turn-cost', `${bench.name}: time at turn ${level}`, micros(level), 'us');
  report('turn-cost', `${bench.name}: time at turn 10000 over turn 10`, micros(10_000) / micros(10), 'ratio', {
    atMost: 1.2,
  });
  return levels;
}

async function callsAt(bench: BenchStore, level: number): Promise<Call[]> {
  const names = Array.from({ length: CALLS }, (_, index) =>
    `0199aa00-0000-7000-8000-${level}-${index}`.padEnd(36, '0').slice(0, 36),
  );
  const calls = await Promise.all(names.map((name) => new Call(bench.store, name).open()));
  await Promise.all(calls.map((call) => call.play(level - 1)));
  return calls;
}

async function measureBytes(bench: RedisBench, levels: ReadonlyMap<string, readonly Call[]>): Promise<void> {
  const bytes = new Map<string, number>();
  for (const [level, calls] of levels) {
    const before = bench.bytesWritten();
    await Promise.all(calls.map((call) => call.play(10)));
    bytes.set(level, (bench.bytesWritten() - before) / (calls.length * 10));
    report('turn-cost', `bytes to Redis at turn ${level}`, bytes.get(level) as number, 'bytes', { atMost: 700 });
  }
  const ratio = (bytes.get('10000') as number) / (bytes.get('10') as number);
  report('turn-cost', 'bytes at turn 10000 over turn 10', ratio, 'ratio', { atMost: 1.05 });
}
