import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import type { Figures } from './figures';
import { memory } from './memory';
import type { ScaleOptions } from './options';
import { shapeOf } from './scripts';
import { CONTENTS } from './sessions';
import { sharedCost } from './shared-cost';
import { type MeasuredStep, throughput } from './throughput';

/** Measures everything, one after the other. @param say progress, a line each */
export async function measure(options: ScaleOptions, say: (line: string) => void): Promise<Figures> {
  const { ways, processes, seed, sessions, file, memos } = options;
  const machine = machineNow();
  say(`${machine.cores} cores, load ${machine.load.toFixed(2)}, seed ${seed}`);
  const throughputs: Figures['throughputs'][number][] = [];
  for (const way of ways) {
    for (const count of processes) {
      const onStep = (step: MeasuredStep) => say(`${way}, ${count} processes, ${lineOf(step)}`);
      throughputs.push(await throughput(way, count, options, onStep));
    }
  }
  const held: Figures['memory'][number][] = [];
  for (const contents of CONTENTS) {
    held.push(await memory(contents, file, memos));
    say(`memory, ${contents}: ${JSON.stringify(held.at(-1))}`);
  }
  const shape = await shapeOf(file, seed);
  return { machine, seed, sessions, shape, throughputs, memory: held, shared: await sharedCost() };
}

function machineNow(): Figures['machine'] {
  const redis = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: totalmem() / 2 ** 30,
    node: process.versions.node,
    redis: /v=(\S+)/.exec(redis)?.[1] ?? 'unknown',
    load: loadavg()[0] ?? 0,
  };
}

function lineOf({ perSecond, holds, p50Ms, p99Ms, lateP99Ms, failures, load, work }: MeasuredStep): string {
  const share = (value: number) => value.toFixed(2);
  const cores = work
    ? `services ${work.cores.services.map(share).join(' + ')}, Redis ${share(work.cores.redis)}, generator ${share(work.cores.generator)}`
    : 'ended early';
  return (
    `${perSecond} turns/s: ${holds ? 'holds' : 'does not hold'}; ` +
    `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (sent late: ${lateP99Ms.toFixed(1)} ms), ` +
    `${failures} failures; cores: ${cores}; load ${share(load)}`
  );
}
