import { parseArgs } from 'node:util';
import { wholeNumber, wrongOption } from '../../src/programs/option-values';
import { UsageError } from '../../src/programs/usage-error';
import type { StoreKind } from '../support/store-data';

export interface FuzzOptions {
  readonly store: StoreKind;
  readonly requests: number;
  readonly frames: number;
  /** Of what is sent. In which order the service meets it, with many under way, is its own. */
  readonly seed: number;
}

export const USAGE = `Usage: npm run fuzz -- [options]

Sends the built service requests for every route of docs/openapi.json and frames of docs/asyncapi.json, valid, nearly valid
and broken, many at a time, and checks every answer, how long it took, and what the process holds in the end.

  --store NAME     embedded or redis (default: redis)
  --requests N     (default: 50000)
  --frames N       (default: 20000)
  --seed N         of what is sent (default: by chance, and printed)

Exit code: 0 where nothing was found; otherwise 1; 2 for wrong usage.
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): FuzzOptions | 'help' {
  const values = parsed(args);
  if (values.help) return 'help';
  const { store } = values;
  if (store !== 'embedded' && store !== 'redis') {
    throw new UsageError(`--store is "${store}"; it must be embedded or redis`);
  }
  return {
    store,
    requests: wholeNumber('requests', values.requests, 0, 10_000_000),
    frames: wholeNumber('frames', values.frames, 0, 10_000_000),
    seed: wholeNumber('seed', values.seed ?? String(Date.now() % 1_000_000), 0, 2 ** 31 - 1),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        store: { type: 'string', default: 'redis' },
        requests: { type: 'string', default: '50000' },
        frames: { type: 'string', default: '20000' },
        seed: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw wrongOption(error);
  }
}
