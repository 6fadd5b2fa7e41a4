import { parseArgs } from 'node:util';
import { wholeNumber, wrongOption } from '../../src/programs/option-values';

export interface SoakOptions {
  /** Of load; the first part of it, warmUpMinutes, is not judged. */
  readonly minutes: number;
  readonly warmUpMinutes: number;
  readonly services: number;
}

export const USAGE = `Usage: npm run soak -- [options]

Real calls over and over: over HTTP, over the live channel, and as turns of calls that are left to expire. Meanwhile heap,
memory, handles, Redis and latencies are sampled; in the end each has a slope, and it is looked at what is left.

  --minutes N      of load (default: 25)
  --warm-up N      minutes at the beginning that are not judged: ended sessions are remembered for ten (default: 11)
  --services N     service processes on one Redis (default: 2)

Exit code: 0 where nothing grows and nothing is left; otherwise 1; 2 for wrong usage.
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): SoakOptions | 'help' {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '25' },
        'warm-up': { type: 'string', default: '11' },
        services: { type: 'string', default: '2' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const minutes = wholeNumber('minutes', values.minutes, 1, 10_000);
    return {
      minutes,
      warmUpMinutes: wholeNumber('warm-up', values['warm-up'], 0, minutes - 1),
      services: wholeNumber('services', values.services, 1, 16),
    };
  } catch (error) {
    throw error instanceof TypeError ? wrongOption(error) : error;
  }
}
