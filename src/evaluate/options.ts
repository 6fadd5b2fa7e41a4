import { parseArgs } from 'node:util';
import { wholeNumber, wrongOption } from '../programs/option-values';
import { UsageError } from '../programs/usage-error';

export interface EvaluateOptions {
  readonly file: string;
  /** The first so many calls of the file; all if absent. */
  readonly calls: number | undefined;
  /** Calls that are played at the same time. */
  readonly concurrency: number;
  /** A turn that takes longer hangs. */
  readonly turnTimeoutMs: number;
  /** Where the report goes as JSON. */
  readonly json: string | undefined;
}

export const USAGE = `Usage: npm run evaluate -- FILE [options]

Plays the callers of recorded conversations to a service of its own, and reports how far the tools and handoffs of its
model agree with the script. The agents and tools are those of the file. STORE and REDIS_URL choose the store, MODEL_…
the model, as for the service.

  FILE               calls, one JSON object a line
  --calls N          only the first N calls
  --concurrency N    calls at the same time (default: 8)
  --timeout SECONDS  a turn that takes longer hangs, and its call is left (default: 120)
  --json FILE        writes the report as JSON, too
  --help             this text

Exit code: 0 when every turn was answered, however little agreed, 1 when turns failed or hung, 2 for wrong usage.
`;

const MAX_CONCURRENCY = 1000;
const MAX_TIMEOUT_SECONDS = 3600;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): EvaluateOptions | 'help' {
  const { values, positionals } = parsed(args);
  if (values.help) return 'help';
  const [file, ...others] = positionals;
  if (file === undefined || file === '') throw new UsageError('name the file of calls: npm run evaluate -- FILE');
  if (others.length > 0) throw new UsageError(`one file at a time, but there are ${positionals.length}`);
  return {
    file,
    calls: values.calls === undefined ? undefined : wholeNumber('calls', values.calls, 1, Number.MAX_SAFE_INTEGER),
    concurrency: wholeNumber('concurrency', values.concurrency, 1, MAX_CONCURRENCY),
    turnTimeoutMs: wholeNumber('timeout', values.timeout, 1, MAX_TIMEOUT_SECONDS) * 1000,
    json: values.json,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        calls: { type: 'string' },
        concurrency: { type: 'string', default: '8' },
        timeout: { type: 'string', default: '120' },
        json: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw wrongOption(error);
  }
}
