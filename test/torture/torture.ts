import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveState } from '../../src/client';
import { HttpClient } from '../../src/programs/http-client';
import { Random } from '../../src/programs/random';
import { DEFAULT_RETRIES, withRetries } from '../../src/replay/retry';
import { until } from '../support/until';
import { Attempts } from './attempts';
import { startTortured, type Tortured } from './backends';
import { type Fault, pick } from './faults';
import { Follower, threadsOf } from './follower';
import type { TortureOptions } from './options';
import { measureRecoveries, type Recovery } from './recovery';
import { type Faults, faultsOf, isSame } from './verdict';
import { LiveWriting, nothingWritten, writeOverHttp, type Written } from './writers';

/** After the last fault all that waits must come to its end. */
const SETTLE_MS = 60_000;
/** And every process must have been told of all. */
const PUSHED_WITHIN_MS = 30_000;
/** Pause between two faults of a lane. */
const PAUSE_SECONDS = { least: 0.2, most: 1.2 };

export interface TortureReport extends Faults {
  readonly seed: number;
  readonly store: string;
  readonly seconds: number;
  readonly services: number;
  readonly sessions: number;
  /** Batches. */
  readonly acknowledged: number;
  readonly retries: number;
  /** Answers that replicas had it not yet: asked again, under the same key, until they had. */
  readonly notReplicated: number;
  /** By name. */
  readonly injected: Readonly<Record<string, number>>;
  /** Sessions that are not the same in all processes. */
  readonly different: number;
  /** Requests without an answer, and writers that never came to their end. */
  readonly hung: number;
  readonly recoveries: readonly Recovery[];
  /** Answers that nobody may get whose request was right, by code. */
  readonly refused: Readonly<Record<string, number>>;
}

interface Load {
  readonly written: readonly Written[];
  readonly followers: readonly Follower[];
  /** Resolves when every writer has come to its end. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** @param folder for the logs of the services */
export async function torture(options: TortureOptions, folder: string): Promise<TortureReport> {
  const ids = Array.from({ length: options.sessions }, (_, index) => `torture-${index}`);
  const tortured = await startTortured(options, ids, folder);
  const stop = new AbortController();
  try {
    const attempts = new Attempts();
    const load = await startLoad(tortured, ids, options.seed, attempts, stop.signal);
    const recoveries = await measureRecoveries(tortured.outage, options.outages, attempts);
    const injected = await breakAll(tortured, options);
    stop.abort();
    await Promise.all(tortured.services.map((service) => service.whenReady()));
    const isSettled = await Promise.race([load.ended.then(() => true), sleep(SETTLE_MS, false, { ref: false })]);
    const compared = await compareAll(tortured, load);
    await load.close();
    return reportOf(options, load, recoveries, injected, compared, isSettled ? 0 : 1);
  } finally {
    stop.abort();
    await tortured.stop();
  }
}

async function startLoad(
  { services }: Tortured,
  ids: readonly string[],
  seed: number,
  attempts: Attempts,
  until: AbortSignal,
): Promise<Load> {
  const urls = services.map(({ url }) => url);
  await Promise.all(ids.map((sessionId) => open(urls[0] as string, sessionId)));
  const followers = urls.map((url) => new Follower(url));
  await Promise.all(followers.map((follower) => follower.follow(ids)));
  const http = ids.map((id) => nothingWritten(id, 'http'));
  const live = ids.map((id) => nothingWritten(id, 'live'));
  const writings = live.map((written, index) => new LiveWriting(urls[index % urls.length] as string, written));
  await Promise.all(writings.map((writing) => writing.open()));
  const running = [
    ...http.map((written) => writeOverHttp(urls, written, new Random(`${seed} ${written.sessionId}`), attempts, until)),
    ...writings.map((writing) => writing.run(until)),
  ];
  return {
    written: [...http, ...live],
    followers,
    ended: Promise.all(running).then(() => undefined),
    close: async () => void (await Promise.all([...writings, ...followers].map((one) => one.close()))),
  };
}

async function open(url: string, sessionId: string): Promise<void> {
  const client = new HttpClient(url, { connections: 1 });
  const { status } = await client.send({ method: 'POST', path: '/v1/sessions', json: { sessionId } });
  client.close();
  if (status !== 201) throw new Error(`A session could not be opened: ${status}.`);
}

/** Until the time is up, and what is broken then is mended. */
async function breakAll(
  { lanes }: Tortured,
  { seed, seconds }: TortureOptions,
): Promise<Readonly<Record<string, number>>> {
  const injected: Record<string, number> = {};
  const endMs = performance.now() + seconds * 1000;
  const lane = async (faults: readonly Fault[], number: number) => {
    const random = new Random(`${seed} lane ${number}`);
    while (performance.now() < endMs) {
      await sleep((PAUSE_SECONDS.least + random.next() * (PAUSE_SECONDS.most - PAUSE_SECONDS.least)) * 1000);
      const fault = pick(random, faults);
      injected[fault.name] = (injected[fault.name] ?? 0) + 1;
      await fault.inject(random);
    }
  };
  await Promise.all(lanes.map(lane));
  return injected;
}

interface Comparison extends Faults {
  different: number;
}

async function compareAll({ services }: Tortured, { written, followers }: Load): Promise<Comparison> {
  const sum: Comparison = { lost: 0, doubled: 0, unordered: 0, torn: 0, different: 0 };
  const clients = services.map(({ url }) => new HttpClient(url, { connections: 4 }));
  const deadlineMs = performance.now() + PUSHED_WITHIN_MS;
  for (const sessionId of new Set(written.map((one) => one.sessionId))) {
    const [first, ...others] = await Promise.all(clients.map((client) => read(client, sessionId)));
    const state = first as Stored;
    const threads = threadsOf(state);
    for (const { writer, acknowledged } of written.filter((one) => one.sessionId === sessionId)) {
      const faults = faultsOf({ acknowledged, stored: threads.get(writer) ?? [], slot: state.slots[writer] });
      for (const name of ['lost', 'doubled', 'unordered', 'torn'] as const) sum[name] += faults[name];
    }
    const isEverywhere = others.every((other) => isSame(threads, threadsOf(other)));
    const isKnown = await Promise.all(
      followers.map((follower) => comesTrue(() => isSame(threads, follower.threads(sessionId)), deadlineMs)),
    );
    if (!isEverywhere || isKnown.includes(false)) sum.different += 1;
  }
  for (const client of clients) client.close();
  return sum;
}

/** What was pushed is on its way. */
function comesTrue(condition: () => boolean, deadlineMs: number): Promise<boolean> {
  return until(condition, Math.max(0, deadlineMs - performance.now())).then(
    () => true,
    () => false,
  );
}

type Stored = Pick<LiveState, 'history' | 'slots'>;

/** A session that is gone has nothing left of what was acknowledged. */
async function read(client: HttpClient, sessionId: string): Promise<Stored> {
  const path = `/v1/sessions/${sessionId}`;
  const { status, text } = await withRetries(DEFAULT_RETRIES, () => client.send({ method: 'GET', path }));
  if (status === 404) return { history: {}, slots: {} };
  if (status !== 200) throw new Error(`A session could not be read back: ${status}.`);
  return JSON.parse(text) as Stored;
}

function reportOf(
  { seed, backend, seconds, services, sessions }: TortureOptions,
  { written }: Load,
  recoveries: readonly Recovery[],
  injected: Readonly<Record<string, number>>,
  comparison: Comparison,
  unsettled: number,
): TortureReport {
  const refused: Record<string, number> = {};
  for (const code of written.flatMap(({ refusals }) => refusals)) refused[code] = (refused[code] ?? 0) + 1;
  const total = (figure: 'acknowledged' | 'retries' | 'notReplicated' | 'hung') =>
    written.reduce((sum, one) => sum + one[figure], 0);
  return {
    ...{ store: backend, seconds, seed, services, sessions },
    acknowledged: total('acknowledged'),
    retries: total('retries'),
    notReplicated: total('notReplicated'),
    recoveries,
    injected,
    ...comparison,
    hung: total('hung') + unsettled,
    refused,
  };
}

export function isClean({ lost, doubled, unordered, torn, different, hung, refused }: TortureReport): boolean {
  return lost + doubled + unordered + torn + different + hung === 0 && Object.keys(refused).length === 0;
}
