import { Random } from '../../src/programs/random';
import { Calls } from './calls';
import type { GeneratorEvent, GeneratorOrder } from './generator-process';
import { wireScripts } from './scripts';
import { Step } from './step';
import { connectWire } from './wire';

/** The load generator, a process of its own that does what generator-process.ts tells it. */
async function main(order: GeneratorOrder): Promise<void> {
  const { way, addresses, file, seed, sessions, name } = order;
  const wire = await connectWire(way, addresses);
  const calls = new Calls(wire, await wireScripts(file, seed), new Random(`${seed}:calls`), name);
  await calls.open(sessions);
  tell({ type: 'ready', failures: calls.failures });
  process.on('message', (options: Parameters<typeof play>[0]) => void play(options));

  async function play(options: { perSecond: number; seconds: number; warmUpSeconds: number }): Promise<void> {
    const random = new Random(`${seed}:arrivals:${options.perSecond}`);
    const step = new Step(calls, options, random, (moment) => tell({ type: 'measured', moment, bytes: wire.bytes }));
    tell({ type: 'step', latencies: await step.run() });
  }
}

function tell(event: GeneratorEvent): void {
  process.send?.(event);
}

process.once('message', (order: GeneratorOrder) => void main(order));
process.once('disconnect', () => process.exit(0));
