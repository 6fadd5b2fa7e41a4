import { UsageError } from '../../src/programs/usage-error';
import { parseOptions, type ScaleOptions, USAGE } from './options';
import { type MeasuredStep, throughput, type Throughput } from './throughput';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const found = await measureAll(options);
  return found.every(({ best }) => best) ? 0 : 1;
}

async function measureAll(options: ScaleOptions): Promise<readonly Throughput[]> {
  const found: Throughput[] = [];
  for (const way of options.ways) {
    for (const processes of options.processes) {
      found.push(await throughput(way, processes, options, (step) => say(way, processes, step)));
    }
  }
  return found;
}

function say(way: string, processes: number, step: MeasuredStep): void {
  const { perSecond, holds, p50Ms, p99Ms, lateP99Ms, failures, load, work } = step;
  const share = (value: number) => value.toFixed(2);
  const cores = work
    ? `services ${work.cores.services.map(share).join(' + ')}, Redis ${share(work.cores.redis)}, generator ${share(work.cores.generator)}`
    : 'ended early';
  process.stdout.write(
    `scale: ${way}, ${processes} processes, ${perSecond} turns/s: ${holds ? 'holds' : 'does not hold'}; ` +
      `p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms (sent late: ${lateP99Ms.toFixed(1)} ms), ` +
      `${failures} failures; cores: ${cores}; load ${share(load)}\n`,
  );
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`scale: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
