import { parseArgs } from 'node:util';
import { wholeNumber, wrongOption } from '../../src/programs/option-values';
import { UsageError } from '../../src/programs/usage-error';

export const BACKENDS = ['single', 'embedded', 'sentinel', 'cluster'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface TortureOptions {
  readonly backend: BackendName;
  readonly seconds: number;
  /** Of the schedule of faults. What the machine makes of it is its own: a seed repeats the faults, not the moments. */
  readonly seed: number;
  /** How often the store fails alone, to be measured. */
  readonly outages: number;
  readonly services: number;
  readonly sessions: number;
  /** Replicas that the services wait for, where there are any. */
  readonly waitReplicas: number;
}

export const USAGE = `Usage: npm run torture -- [options]

Service processes under load: first their store fails alone, and it is measured how they recover; then they, their store
and the network between them are broken again and again. At the end all sessions are read back and compared with what was
acknowledged.

  --store NAME     single (default): one Redis; embedded; sentinel: a primary with a replica and three Sentinels; cluster:
                   three primaries with a replica each. All Redis servers with appendfsync always.
  --seconds N      of faults, after what is measured (default: 60)
  --seed N         of the faults (default: by chance, and printed)
  --outages N      that are measured (default: 1; the embedded store has none)
  --services N     service processes (default: 3; the embedded store has one)
  --sessions N     each with a writer over HTTP and one over the live channel (default: 24)
  --wait-replicas N  REDIS_WAIT_REPLICAS with sentinel and cluster (default: 1; with 0 failovers lose what was acknowledged)

Exit code: 0 where nothing was lost, doubled, out of order, different between processes or hung; otherwise 1; 2 for wrong usage.
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): TortureOptions | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  const backend = BACKENDS.find((name) => name === values.store);
  if (!backend) throw new UsageError(`--store is "${values.store}"; it must be ${BACKENDS.join(', ')}`);
  return {
    backend,
    seconds: wholeNumber('seconds', values.seconds, 1, 86_400),
    seed: wholeNumber('seed', values.seed ?? String(Date.now() % 1_000_000), 0, 2 ** 32 - 1),
    outages: wholeNumber('outages', values.outages, 0, 1000),
    services: backend === 'embedded' ? 1 : wholeNumber('services', values.services, 1, 16),
    sessions: wholeNumber('sessions', values.sessions, 1, 10_000),
    waitReplicas: wholeNumber('wait-replicas', values['wait-replicas'], 0, 1),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        store: { type: 'string', default: 'single' },
        seconds: { type: 'string', default: '60' },
        seed: { type: 'string' },
        outages: { type: 'string', default: '1' },
        services: { type: 'string', default: '3' },
        sessions: { type: 'string', default: '24' },
        'wait-replicas': { type: 'string', default: '1' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw wrongOption(error);
  }
}
