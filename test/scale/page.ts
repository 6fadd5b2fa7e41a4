import { callCost, turnCost, turnCostOf } from './costs';
import type { Figures } from './figures';
import { carries, cellLimits, cells, cellSize, firstToSaturate, type ModelInput, needs } from './model';
import { predict } from './predicted';
import { about, percent, table } from './table';
import type { StepWork, Throughput } from './throughput';
import { type Way, WAYS } from './wire';

export const PAGE_FILE = 'docs/capacity.md';
const CALLS = [1e4, 1e6, 1e8];

type Sections = Readonly<Record<string, string>>;

/** The parts of the page that are computed, by the names of their marks. */
export async function sections(figures: Figures): Promise<Sections> {
  return { ...computed(figures), simulation: await simulationTable(figures) };
}

/** Those that take no time. */
export function computed(figures: Figures): Sections {
  const ways = [...new Set(figures.throughputs.map(({ way }) => way))];
  const forWays = (of: (input: ModelInput, way: Way) => string) =>
    ways.map((way) => of(inputOf(figures, way), way)).join('\n\n');
  return {
    machine: machine(figures),
    goals: goals(figures),
    throughput: throughputs(figures.throughputs),
    turn: turnTable(figures),
    redis: ways.map((way) => redisCommands(figures, way)).join('\n\n'),
    memory: memoryTable(figures),
    carries: forWays(carriesTable),
    needs: forWays(needsTable),
    cells: forWays(cellsTable),
  };
}

/** Puts each section between its marks. @throws Error where a mark is missing */
export function fill(page: string, parts: Sections): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [from, to] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [start, end] = [text.indexOf(from), text.indexOf(to)];
    if (start === -1 || end === -1) throw new Error(`The page has no place for "${name}".`);
    return `${text.slice(0, start + from.length)}\n\n${part}\n\n${text.slice(end)}`;
  }, page);
}

function inputOf(figures: Figures, way: Way): ModelInput {
  return { turn: turnCost(figures, way), call: callCost(figures), shared: figures.shared };
}

function machine({ machine: on, seed, sessions, shape }: Figures): string {
  return (
    `${on.cores} × ${on.processor}, ${about(on.memoryGiB)} GiB, Node ${on.node}, Redis ${on.redis}, ${on.date}; load before the run ` +
    `${on.load.toFixed(2)}; seed ${seed}. ${sessions.toLocaleString('en-US')} calls are under way all the time. The ` +
    `${shape.calls} recorded calls have ${shape.turnsACall.toFixed(1)} turns on average, one each ` +
    `${shape.secondsATurn.toFixed(1)} s (simulated), of ${shape.opsATurn.toFixed(1)} operations and ` +
    `${about(shape.bytesATurn)} bytes.`
  );
}

function goals({ throughputs: all, memory }: Figures): string {
  const best = (way: Way, processes: number) =>
    all.find((one) => one.way === way && one.processes === processes)?.best?.perSecond ?? NaN;
  const over = (way: Way) => best(way, 2) / best(way, 1);
  const memos = memory.find(({ contents }) => contents === 'bench');
  return table(
    ['figure', 'goal', 'measured'],
    [
      ...WAYS.map((way) => [`turns/s of 2 processes over 1, ${way}`, '1.3', about(over(way))]),
      ['live memos of 16 turns in 1 GiB of heap', '60,000', about(2 ** 30 / (memos?.bytesAMemo ?? NaN))],
    ],
  );
}

function throughputs(all: readonly Throughput[]): string {
  const rows = all.map(({ way, processes, best }) => {
    const one = all.find((other) => other.way === way && other.processes === 1)?.best;
    return [
      `${way}, ${processes}`,
      best ? about(best.perSecond) : 'none held',
      best && one ? (best.perSecond / one.perSecond).toFixed(2) : '–',
      best ? `${best.p50Ms.toFixed(1)} / ${best.p99Ms.toFixed(1)}` : '–',
      best ? best.lateP99Ms.toFixed(1) : '–',
      best ? String(best.failures) : '–',
      ...coresOf(best?.work),
      best ? best.load.toFixed(1) : '–',
    ];
  });
  const head = ['way, processes', 'turns/s', 'over one', 'p50 / p99 ms', 'sent late, p99 ms', 'failures'];
  return table([...head, 'cores: services', 'Redis', 'generator', 'all', 'load'], rows);
}

function coresOf(work: StepWork | undefined): string[] {
  if (!work) return ['–', '–', '–', '–'];
  const { services, redis, generator } = work.cores;
  const all = services.reduce((sum, share) => sum + share, redis + generator);
  return [services.map((share) => share.toFixed(2)).join(' + '), ...[redis, generator, all].map((v) => v.toFixed(2))];
}

function turnTable({ throughputs: all }: Figures): string {
  const rows = all.flatMap(({ way, processes, best }) => {
    if (!best?.work) return [];
    const cost = turnCostOf(best.work);
    const { serviceMicros, redisMicros, generatorMicros, clientBytes, redisBytes, redisCommands } = cost;
    const figures = [serviceMicros, redisMicros, generatorMicros, clientBytes, redisBytes, redisCommands];
    return [[`${way}, ${processes}`, ...figures.map(about)]];
  });
  const head = ['way, processes', 'service µs', 'Redis µs', 'generator µs', 'bytes, clients', 'bytes, Redis'];
  return table([...head, 'commands'], rows);
}

function redisCommands({ throughputs: all }: Figures, way: Way): string {
  const ofWay = all.filter((one) => one.way === way);
  const work = ofWay.map(({ best }) => best?.work).find((found) => found);
  if (!work) return `Over ${way} no rate held.`;
  const rows = Object.entries(work.redis.byCommand)
    .filter(([, { calls }]) => calls / work.turns >= 0.005)
    .sort(([, left], [, right]) => right.micros - left.micros)
    .map(([name, { calls, micros }]) => [
      name,
      about(calls / work.turns),
      about(micros / calls),
      about(micros / work.turns),
    ]);
  return `Over ${way}:\n\n${table(['command', 'calls a turn', 'µs a call', 'µs a turn'], rows)}`;
}

function memoryTable({ memory }: Figures): string {
  const rows = memory.map(({ contents, memos, heapUsed, heapLimit, bytesAMemo, resident, redisBytesASession }) => [
    contents === 'bench' ? "the benches' turn" : 'recorded calls',
    about(memos),
    percent(heapUsed / heapLimit),
    about(bytesAMemo),
    about(2 ** 30 / bytesAMemo),
    about(resident / 2 ** 20),
    about(redisBytesASession),
    about(2 ** 30 / redisBytesASession),
  ]);
  const head = ['16 turns of', 'memos held', 'of the heap', 'bytes a memo', 'memos a GiB', 'resident MiB'];
  return table([...head, 'Redis: bytes a session', 'sessions a GiB'], rows);
}

function carriesTable(input: ModelInput, way: Way): string {
  const rows = carries(input).map(({ part, turnsASecond, calls }) => [part, about(turnsASecond), about(calls)]);
  const first = (kind?: RegExp) => firstToSaturate(input, kind).part;
  const carried = table([`one, over ${way}`, 'turns/s', 'calls'], rows);
  return `${carried}\n\nOver ${way} the first to saturate is the ${first()}; of a Redis shard, its ${first(/shard/).split(' ')[0] ?? ''}.`;
}

function needsTable(input: ModelInput, way: Way): string {
  const rows = CALLS.map((calls) => {
    const { turnsASecond, callsASecond, processes, shards, redisGiB, expiringGiB, gigabits } = needs(input, calls);
    const figures = [
      turnsASecond,
      callsASecond,
      processes,
      shards,
      redisGiB,
      expiringGiB,
      gigabits,
      cells(input, calls),
    ];
    return [calls.toLocaleString('en-US'), ...figures.map(about)];
  });
  const head = [
    `calls, over ${way}`,
    'turns/s',
    'calls begun/s',
    'service cores',
    'shards',
    'GiB in Redis',
    'never ended',
    'Gbit/s',
  ];
  return table([...head, 'cells'], rows);
}

function cellsTable(input: ModelInput, way: Way): string {
  const rows = cellLimits(input).map(({ limit, calls }) => [limit, about(calls)]);
  const limits = table([`in one cell, over ${way}`, 'reached at calls'], rows);
  return `${limits}\n\nA cell is planned for half of the first: ${about(cellSize(input))} calls.`;
}

async function simulationTable(figures: Figures): Promise<string> {
  const rows = (await predict(figures)).map(({ way, processes, measured, predicted, at }) => {
    const best = figures.throughputs.find((one) => one.way === way && one.processes === processes)?.best;
    return [
      `${way}, ${processes}`,
      measured === undefined ? '–' : about(measured),
      about(predicted),
      measured === undefined ? '–' : percent((predicted - measured) / measured),
      best ? `${best.p50Ms.toFixed(1)} / ${best.p99Ms.toFixed(1)}` : '–',
      at ? `${about(at.p50Ms)} / ${about(at.p99Ms)}` : '–',
    ];
  });
  const head = ['way, processes', 'turns/s measured', 'predicted', 'deviation', 'p50 / p99 ms measured', 'predicted'];
  return table(head, rows);
}
