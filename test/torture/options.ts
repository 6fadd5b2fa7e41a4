import { parseArgs } from 'node:util';
import { wholeNumber, wrongOption } from '../../src/programs/option-values';
import { UsageError } from '../../src/programs/usage-error';

export const BACKENDS = ['single', 'embedded'] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface TortureOptions {
  readonly backend: BackendName;
  readonly seconds: number;
  /** Of the schedule of faults. What the machine makes of it is its own: a seed repeats the faults, not the moments. */
  readonly seed: number;
  readonly services: number;
  readonly sessions: number;
}

export const USAGE = `Usage: npm run torture -- [options]

Service processes under load while they, their store and the network between them are broken again and again. Then all
sessions are read back and compared with what was acknowledged.

  --store NAME     ${BACKENDS.join(' or ')} (default: single, one Redis with appendfsync always)
  --seconds N      of load and faults (default: 60)
  --seed N         of the faults (default: by chance, and printed)
  --services N     service processes (default: 3; the embedded store has one)
  --sessions N     each with a writer over HTTP and one over the live channel (default: 24)

Exit code: 0 where nothing was lost, doubled, out of order, different between processes or hung; otherwise 1; 2 for wrong usage.
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): TortureOptions | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  const backend = BACKENDS.find((name) => name === values.store);
  if (!backend) throw new UsageError(`--store is "${values.store}"; it must be ${BACKENDS.join(' or ')}`);
  return {
    backend,
    seconds: wholeNumber('seconds', values.seconds, 1, 86_400),
    seed: wholeNumber('seed', values.seed ?? String(Date.now() % 1_000_000), 0, 2 ** 32 - 1),
    services: backend === 'embedded' ? 1 : wholeNumber('services', values.services, 1, 16),
    sessions: wholeNumber('sessions', values.sessions, 1, 10_000),
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
        services: { type: 'string', default: '3' },
        sessions: { type: 'string', default: '24' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw wrongOption(error);
  }
}
