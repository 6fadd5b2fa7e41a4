import { parseArgs } from 'node:util';
import type { EnvironmentVariables } from '../config/configuration.module';
import { secretOf, serviceUrl, wholeNumber, wrongOption } from '../programs/option-values';
import { UsageError } from '../programs/usage-error';

export interface ReplayOptions {
  readonly file: string;
  /** The service to play against; the replay starts one of its own if absent. */
  readonly url: string | undefined;
  /** The first so many calls of the file; all if absent. */
  readonly calls: number | undefined;
  /** Calls that are played at the same time. */
  readonly concurrency: number;
  /** How many times faster than people speak; 0 is as fast as possible. */
  readonly speed: number;
  /** Of everything that is simulated. */
  readonly seed: number;
  readonly key: string | undefined;
  /** Writes the turns over the live channel. */
  readonly live: boolean;
  /** Leaves the sessions in the service. */
  readonly keep: boolean;
}

export const USAGE = `Usage: npm run replay -- FILE [options]

Plays conversations through the service, reads every session back and compares it with what was played.

  FILE               calls, one JSON object a line
  --url URL          the service to play against (default: one of its own; STORE and REDIS_URL choose its store)
  --key SECRET       the API key (default: PARLEY_API_KEY)
  --calls N          only the first N calls
  --concurrency N    calls at the same time (default: 8)
  --speed X          X times real time (default: 0, as fast as possible)
  --seed N           of the simulated latencies and pauses (default: 1)
  --live             over the live channel, all calls on one connection (default: over HTTP)
  --keep             leaves the sessions in the service
  --help             this text

Exit code: 0 without differences, 1 with differences or when the replay failed, 2 for wrong usage.
`;

const MAX_CONCURRENCY = 1000;
const MAX_SEED = 2 ** 32 - 1;

/** @throws UsageError */
export function parseOptions(args: readonly string[], environment: EnvironmentVariables): ReplayOptions | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [file, ...others] = positionals;
  if (file === undefined || file === '') throw new UsageError('name the file of calls: npm run replay -- FILE');
  if (others.length > 0) throw new UsageError(`one file at a time, but there are ${positionals.length}`);
  return {
    file,
    url: values.url === undefined ? undefined : serviceUrl(values.url),
    calls: values.calls === undefined ? undefined : wholeNumber('calls', values.calls, 1, Number.MAX_SAFE_INTEGER),
    concurrency: wholeNumber('concurrency', values.concurrency, 1, MAX_CONCURRENCY),
    speed: speedOf(values.speed),
    seed: wholeNumber('seed', values.seed, 0, MAX_SEED),
    key: secretOf(values.key ?? environment['PARLEY_API_KEY']),
    live: values.live,
    keep: values.keep,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        key: { type: 'string' },
        calls: { type: 'string' },
        concurrency: { type: 'string', default: '8' },
        speed: { type: 'string', default: '0' },
        seed: { type: 'string', default: '1' },
        live: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw wrongOption(error);
  }
}

function speedOf(text: string): number {
  const number = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (Number.isFinite(number)) return number;
  throw new UsageError(`--speed is "${text}"; it must be a number such as 0, 1 or 2.5`);
}
