import { loadavg } from 'node:os';
import { Redis } from 'ioredis';
import { startService } from '../bench/processes';
import { RedisServer } from '../support/redis-server';
import { Generator } from './generator-process';
import type { ScaleOptions } from './options';
import { highestRate } from './search';
import type { StepLatencies } from './step';
import { processorSeconds, type RedisWork, redisWork, workBetween } from './usage';
import type { Way } from './wire';

/** The goal of a step that holds. */
export const GOAL_P99_MS = 50;
/** How near the search comes to the highest rate. */
export const RATIO = 1.06;
/** Turns a second that a machine holds which has anything to spare. */
export const LEAST_RATE = 50;

/** The code of the services is new: what they take before it has been compiled is nobody's figure. */
const WARM_UP_SECONDS = 4;

/** One rate, tried for some seconds. */
export interface MeasuredStep extends StepLatencies {
  readonly perSecond: number;
  readonly holds: boolean;
  /** Of the machine, over the last minute. */
  readonly load: number;
  /** Absent where it was ended early: too short to measure. */
  readonly work?: StepWork;
}

/** What the turns of a step took, with their share of opening and ending calls. */
export interface StepWork {
  /** Shares of one core. */
  readonly cores: { readonly services: readonly number[]; readonly redis: number; readonly generator: number };
  readonly turns: number;
  readonly turnsASecond: number;
  /** Between clients and services, both ways, a turn. */
  readonly clientBytes: number;
  readonly redis: RedisWork;
}

export interface Throughput {
  readonly way: Way;
  readonly processes: number;
  /** The highest that holds; absent where none did. */
  readonly best: MeasuredStep | undefined;
  readonly steps: readonly MeasuredStep[];
}

interface Machine {
  readonly services: readonly { readonly pid: number; readonly address: string }[];
  readonly generator: Generator;
  readonly redis: Redis;
  readonly redisPid: number;
}

/** The highest rate of turns that so many service processes hold, on one Redis and with the generator beside them. */
export async function throughput(
  way: Way,
  processes: number,
  options: ScaleOptions,
  onStep: (step: MeasuredStep) => void,
): Promise<Throughput> {
  const server = await RedisServer.start();
  const redis = new Redis(server.url);
  const services = await Promise.all(Array.from({ length: processes }, () => startService(server.url)));
  const addresses = services.map(({ address }) => address);
  const { file, seed, sessions } = options;
  const generator = await Generator.start({ way, addresses, file, seed, sessions, name: `scale-${way}-${processes}` });
  try {
    const redisPid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
    return { way, processes, ...(await search({ services, generator, redis, redisPid }, options, onStep)) };
  } finally {
    generator.stop();
    redis.disconnect();
    await Promise.all(services.map((service) => service.stop()));
    await server.stop();
  }
}

async function search(
  machine: Machine,
  { stepSeconds, firstRate }: ScaleOptions,
  onStep: (step: MeasuredStep) => void,
): Promise<Pick<Throughput, 'best' | 'steps'>> {
  const steps: MeasuredStep[] = [];
  await machine.generator.step({ perSecond: firstRate, seconds: WARM_UP_SECONDS, warmUpSeconds: 0 }, () => undefined);
  const rate = await highestRate(
    async (perSecond) => {
      const step = await measureStep(machine, perSecond, stepSeconds);
      steps.push(step);
      onStep(step);
      return step.holds;
    },
    { first: firstRate, least: LEAST_RATE, ratio: RATIO },
  );
  return { best: steps.find(({ perSecond, holds }) => holds && perSecond === rate), steps };
}

interface Snapshot {
  readonly atMs: number;
  readonly services: readonly number[];
  readonly redisSeconds: number;
  readonly generator: number;
  readonly bytes: number;
  readonly work: Promise<RedisWork>;
}

function snapshot({ services, generator, redis, redisPid }: Machine, bytes: number): Snapshot {
  return {
    atMs: performance.now(),
    services: services.map(({ pid }) => processorSeconds(pid)),
    redisSeconds: processorSeconds(redisPid),
    generator: processorSeconds(generator.pid),
    bytes,
    work: redisWork(redis),
  };
}

async function measureStep(machine: Machine, perSecond: number, seconds: number): Promise<MeasuredStep> {
  const snapshots: Snapshot[] = [];
  const latencies = await machine.generator.step({ perSecond, seconds, warmUpSeconds: 1 }, (_, bytes) =>
    snapshots.push(snapshot(machine, bytes)),
  );
  const { p99Ms, failures, isOverloaded, turns } = latencies;
  return {
    perSecond,
    ...latencies,
    holds: p99Ms < GOAL_P99_MS && failures === 0 && !isOverloaded,
    load: loadavg()[0] ?? 0,
    ...(!isOverloaded && { work: await workOf(snapshots as [Snapshot, Snapshot], turns) }),
  };
}

async function workOf([from, to]: readonly [Snapshot, Snapshot], turns: number): Promise<StepWork> {
  const elapsed = (to.atMs - from.atMs) / 1000;
  return {
    cores: {
      services: to.services.map((used, index) => (used - (from.services[index] ?? 0)) / elapsed),
      redis: (to.redisSeconds - from.redisSeconds) / elapsed,
      generator: (to.generator - from.generator) / elapsed,
    },
    turns,
    turnsASecond: turns / elapsed,
    clientBytes: (to.bytes - from.bytes) / turns,
    redis: workBetween(await from.work, await to.work),
  };
}
