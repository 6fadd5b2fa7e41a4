import { parseArgs } from 'node:util';
import { wholeNumber, wrongOption } from '../../src/programs/option-values';
import { UsageError } from '../../src/programs/usage-error';
import { type Way, WAYS } from './wire';

export interface ScaleOptions {
  readonly ways: readonly Way[];
  /** Of service processes, tried one after the other. */
  readonly processes: readonly number[];
  readonly seed: number;
  /** Of the calls that are played. */
  readonly file: string;
  /** Calls under way all the time. */
  readonly sessions: number;
  readonly stepSeconds: number;
  /** Turns a second of the first step. */
  readonly firstRate: number;
}

export const USAGE = `Usage: npm run scale -- [options]

Turns of real calls, begun by a schedule that waits for no answer, at service processes on one Redis: the highest rate at
which 99 % of them are durable within 50 ms of the moment at which they were to begin.

  --ways NAMES        of the turns: ${WAYS.join(', ')} (default: both)
  --processes LIST    how many service processes, one try each (default: 1,2,4)
  --seed N            of the schedule and of the calls' timing (default: 1)
  --calls FILE        what is played (default: test/fixtures/calls.sample.ndjson)
  --sessions N        calls that are under way all the time (default: 5000)
  --step-seconds N    that a rate is tried for (default: 3)
  --first-rate N      turns a second (default: 1000)

Exit code: 0; 1 where no rate holds; 2 for wrong usage.
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): ScaleOptions | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  return {
    ways: values.ways.split(',').map(wayOf),
    processes: values.processes.split(',').map((text) => wholeNumber('processes', text, 1, 16)),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1),
    file: values.calls,
    sessions: wholeNumber('sessions', values.sessions, 1, 8000),
    stepSeconds: wholeNumber('step-seconds', values['step-seconds'], 1, 600),
    firstRate: wholeNumber('first-rate', values['first-rate'], 1, 1_000_000),
  };
}

function wayOf(text: string): Way {
  const way = WAYS.find((name) => name === text);
  if (!way) throw new UsageError(`--ways has "${text}"; it must be of ${WAYS.join(', ')}`);
  return way;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        ways: { type: 'string', default: WAYS.join(',') },
        processes: { type: 'string', default: '1,2,4' },
        seed: { type: 'string', default: '1' },
        calls: { type: 'string', default: 'test/fixtures/calls.sample.ndjson' },
        sessions: { type: 'string', default: '5000' },
        'step-seconds': { type: 'string', default: '3' },
        'first-rate': { type: 'string', default: '1000' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw wrongOption(error);
  }
}
