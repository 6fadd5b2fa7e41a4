import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startService } from '../bench/processes';
import { RedisServer } from '../support/redis-server';
import { callForever, type Done, replayForever, TTL_SECONDS } from './load';
import type { SoakOptions } from './options';
import { Sampler, scrape, type SoakedService, valueOf } from './sampler';
import { grows, type Slope, slopeOf } from './slope';

const SAMPLE_EVERY_MS = 10_000;
/** The field that is left of a session that was ended. */
const TOMBSTONE = 'ended';
/** A memo lingers for a minute after its last turn. */
const LINGER_SECONDS = 75;
/** Figures that must not grow. Redis holds a key a minute for a day of the fleet's latencies: its memory is told, not judged. */
const JUDGED = /heap|handles|keys/;
/** Latency has no level to keep: what is measured is the machine's other work as well. */
const TOLD_SHARE = 0.05;

export interface SoakReport {
  readonly minutes: number;
  readonly replays: number;
  readonly turns: number;
  readonly failures: readonly string[];
  readonly slopes: Readonly<Record<string, Slope & { readonly grows: boolean; readonly judged: boolean }>>;
  /** After the last session has expired. */
  readonly left: { readonly liveMemos: number; readonly sockets: number; readonly sessionKeys: number };
}

/** @param say progress, a line each */
export async function soak(options: SoakOptions, say: (line: string) => void): Promise<SoakReport> {
  const server = await RedisServer.start();
  const redis = new Redis(server.url);
  const flags = ['--expose-gc', '-r', './test/support/register.cjs', '-r', './test/bench/collect-on-signal.ts'];
  const services: SoakedService[] = [];
  for (let index = 0; index < options.services; index += 1) services.push(await startService(server.url, {}, flags));
  try {
    return await run(services, redis, options, say);
  } finally {
    await Promise.all(services.map((service) => service.stop()));
    redis.disconnect();
    await server.stop();
  }
}

async function run(
  services: readonly SoakedService[],
  redis: Redis,
  { minutes, warmUpMinutes }: SoakOptions,
  say: (line: string) => void,
): Promise<SoakReport> {
  const done: Done = { replays: 0, turns: 0, turnMs: [], failures: [] };
  const stop = new AbortController();
  const urls = services.map(({ address }) => `http://${address}`);
  const load = urls.flatMap((url, index) => [
    replayForever(url, index % 2 === 1, done, stop.signal),
    callForever(url, `${index}a`, done, stop.signal),
    callForever(url, `${index}b`, done, stop.signal),
  ]);
  const sampler = new Sampler(services, redis, done);
  while (sampler.seconds < minutes * 60) {
    await sleep(SAMPLE_EVERY_MS);
    await sampler.sample();
    say(lineOf(sampler, done));
  }
  stop.abort();
  await Promise.all(load);
  await sleep((TTL_SECONDS + LINGER_SECONDS) * 1000);
  return {
    minutes,
    replays: done.replays,
    turns: done.turns,
    failures: done.failures,
    slopes: slopesOf(sampler, warmUpMinutes * 60),
    left: await leftOf(services, redis),
  };
}

function slopesOf({ series }: Sampler, fromSeconds: number): SoakReport['slopes'] {
  return Object.fromEntries(
    [...series].map(([name, samples]) => {
      const slope = slopeOf(samples.filter(({ seconds }) => seconds >= fromSeconds));
      const judged = JUDGED.test(name);
      return [name, { ...slope, grows: grows(slope, judged ? undefined : TOLD_SHARE), judged }];
    }),
  );
}

async function leftOf(services: readonly SoakedService[], redis: Redis): Promise<SoakReport['left']> {
  const metrics = await Promise.all(services.map(({ address }) => scrape(address)));
  const total = (name: string) => metrics.reduce((sum, text) => sum + valueOf(text, name), 0);
  return {
    liveMemos: total('parley_memo_live_sessions'),
    sockets: total('parley_live_sockets'),
    sessionKeys: await sessionKeys(redis),
  };
}

/** Keys of sessions, beside the tombstones of those that were ended in the last ten minutes. */
async function sessionKeys(redis: Redis): Promise<number> {
  const keys = (await redis.keys('session:*')).filter((key) => !key.startsWith('session:~'));
  const fields = await Promise.all(keys.map((key) => redis.hkeys(key)));
  return fields.filter((names) => !names.every((name) => name === TOMBSTONE)).length;
}

function lineOf({ series, seconds }: Sampler, { replays, turns, failures }: Done): string {
  const last = (name: string) => series.get(name)?.at(-1)?.value ?? 0;
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return [
    `${(seconds / 60).toFixed(1)} min`,
    `heap ${mib(last('service 0: heap'))} MiB`,
    `resident ${mib(last('service 0: resident'))} MiB`,
    `Redis ${mib(last('Redis: memory'))} MiB, ${last('Redis: keys')} keys`,
    `turn p50 ${last('turn: p50').toFixed(0)} ms, p99 ${last('turn: p99').toFixed(0)} ms`,
    `${replays} replays, ${turns} turns, ${failures.length} failures`,
  ].join('; ');
}

export function isSound({ failures, slopes, left }: SoakReport): boolean {
  const growing = Object.values(slopes).some((slope) => slope.judged && slope.grows);
  return !growing && failures.length === 0 && left.liveMemos + left.sockets + left.sessionKeys === 0;
}
