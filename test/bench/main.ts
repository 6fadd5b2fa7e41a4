import 'reflect-metadata';
import { agents } from './agents.bench';
import { fleet } from './fleet.bench';
import { consolePage } from './console.bench';
import { http } from './http.bench';
import { interruption } from './interruption.bench';
import { latency } from './latency.bench';
import { live } from './live.bench';
import { load } from './load.bench';
import { memory } from './memory.bench';
import { sockets } from './sockets.bench';
import { startUp } from './start-up.bench';
import { storeThroughput } from './store-throughput.bench';
import { turnCost } from './turn-cost.bench';
import { turns } from './turns.bench';

const BENCHES: Record<string, () => Promise<void>> = {
  'start-up': startUp,
  'turn-cost': turnCost,
  'store-throughput': storeThroughput,
  http,
  load,
  memory,
  agents,
  latency,
  interruption,
  live,
  sockets,
  turns,
  console: consolePage,
  fleet,
};

async function main(names: readonly string[]): Promise<void> {
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    const bench = BENCHES[name];
    if (!bench) throw new Error(`There is no bench ${name}; there are ${Object.keys(BENCHES).join(', ')}.`);
    await bench();
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
