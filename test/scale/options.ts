import { parseArgs } from 'node:util';
import { wholeNumber, wrongOption } from '../../src/programs/option-values';
import { UsageError } from '../../src/programs/usage-error';
import { type Way, WAYS } from './wire';

const PROCESSES = [1, 2, 4];

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
  /** Most memos that are held. */
  readonly memos: number;
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
  --memos N           at most, that are held to see how many fit (default: 80000)
  --model             measures nothing: computes docs/capacity.md anew from docs/capacity.json

A run with both ways and 1, 2 and 4 processes writes docs/capacity.json and the tables of docs/capacity.md.

Exit code: 0; 1 where no rate holds; 2 for wrong usage.
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): ScaleOptions | 'help' | 'model' {
  const values = parsed(args);
  if (values.help) return 'help';
  if (values.model) return 'model';
  return {
    ways: values.ways.split(',').map(wayOf),
    processes: values.processes.split(',').map((text) => wholeNumber('processes', text, 1, 16)),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 32 - 1),
    file: values.calls,
    sessions: wholeNumber('sessions', values.sessions, 1, 8000),
    stepSeconds: wholeNumber('step-seconds', values['step-seconds'], 1, 600),
    memos: wholeNumber('memos', values.memos, 1000, 1_000_000),
    firstRate: wholeNumber('first-rate', values['first-rate'], 1, 1_000_000),
  };
}

/** Whether all is measured that the page is made of. */
export function isWhole({ ways, processes }: ScaleOptions): boolean {
  return WAYS.every((way) => ways.includes(way)) && PROCESSES.every((count) => processes.includes(count));
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
        processes: { type: 'string', default: PROCESSES.join(',') },
        seed: { type: 'string', default: '1' },
        calls: { type: 'string', default: 'test/fixtures/calls.sample.ndjson' },
        sessions: { type: 'string', default: '5000' },
        'step-seconds': { type: 'string', default: '3' },
        'first-rate': { type: 'string', default: '1000' },
        memos: { type: 'string', default: '80000' },
        model: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw wrongOption(error);
  }
}
