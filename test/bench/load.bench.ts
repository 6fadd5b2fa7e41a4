import { median, report, rounds, secondsOf } from './measure';
import { openRedisBench } from './stores';
import type { Op } from '../../src/store/ops';

const MESSAGES = 1000;
const LOADS = 20;
const ROUNDS = 25;
const SESSION = '0199aa00-0000-7000-8000-000000001000';

/** Loading a session of 1,000 messages, beside a bare HGETALL and JSON.parse of what it holds. */
export async function load(): Promise<void> {
  const bench = await openRedisBench();
  await bench.store.create(SESSION, 7200, { id: 'open', ops: [] });
  for (let turn = 0; turn < MESSAGES; turn += 1) {
    const op: Op = { op: 'append', agent: 'Concierge', role: 'user', content: `message ${turn} `.repeat(8) };
    await bench.store.apply(SESSION, { id: `b${turn}`, ops: [op] });
  }
  const key = `session:${SESSION}`;
  const parse = async () => {
    const fields = await bench.bare.hgetall(key);
    for (const name in fields) if (name.startsWith('m:')) JSON.parse(fields[name] as string);
  };
  const repeat = async (work: () => Promise<unknown>) => {
    for (let index = 0; index < LOADS; index += 1) await work();
  };
  const contestants = {
    parley: () => secondsOf(() => repeat(() => bench.store.load(SESSION))),
    bare: () => secondsOf(() => repeat(parse)),
  };
  await rounds(5, contestants);
  const seconds = await rounds(ROUNDS, contestants);
  const ms = (values: number[]) => (median(values) / LOADS) * 1000;
  report('load', 'load of 1,000 messages', ms(seconds.parley), 'ms');
  report('load', 'bare HGETALL and JSON.parse', ms(seconds.bare), 'ms');
  const ratios = seconds.bare.map((value, index) => value / (seconds.parley[index] as number));
  report('load', 'speed of load over bare', median(ratios), 'ratio', { atLeast: 0.6 });
  await bench.close();
}
