import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { FleetPage } from '../../src/fleet';
import type { ServerFrame } from '../../src/live';
import { until } from '../support/until';
import { openSocket } from './live-clients';
import { percentile, report, secondsOf } from './measure';
import { startService } from './processes';
import { openRedisBench } from './stores';
import { Call, inGroups, sessionOf } from './turn';

const SESSIONS = 10_000;
const CHANGES_A_SECOND = 500;
const SECONDS = 15;
const TICK_MS = 20;
const QUERIES = 20;

/** The list of 10,000 sessions, watched in one process while 500 of them change a second in another. */
export async function fleet(): Promise<void> {
  const bench = await openRedisBench();
  const ids = Array.from({ length: SESSIONS }, (_, index) => sessionOf(index));
  await inGroups(ids, (id) => new Call(bench.store, id).open());
  const [writing, watching] = [await startService(bench.server.url), await startService(bench.server.url)];
  const found = await secondsOf(() =>
    until(async () => (await list(watching.address, '')).total === SESSIONS, 120_000),
  );
  report('fleet', 'until a new process has 10,000 sessions', found, 'seconds');
  await until(async () => (await list(writing.address, '')).total === SESSIONS, 120_000);
  const querySeconds: number[] = [];
  for (let query = 0; query < QUERIES; query += 1) {
    querySeconds.push(await secondsOf(() => list(watching.address, `search=${query}&sort=createdAt&offset=1000`)));
  }
  report('fleet', 'a search among 10,000 sessions, median', percentile(querySeconds, 0.5) * 1000, 'ms');
  await watch(writing, watching, ids);
  await Promise.all([writing.stop(), watching.stop()]);
  await bench.close();
}

type Service = Awaited<ReturnType<typeof startService>>;

async function watch(writing: Service, watching: Service, ids: readonly string[]): Promise<void> {
  const [writer, watcher] = [await openSocket(writing.address), await openSocket(watching.address)];
  const observer = new Observer(writer, watcher);
  watcher.send(JSON.stringify({ id: 'w', type: 'watchSessions', limit: 100 }));
  await until(() => observer.pages > 0);
  const before = [cpuSeconds(writing.pid), cpuSeconds(watching.pid)] as const;
  const elapsed = await secondsOf(() => writeFor(SECONDS, observer, ids));
  const share = (pid: number, since: number) => ((cpuSeconds(pid) - since) / elapsed) * 100;
  report('fleet', 'processor of the process that writes', share(writing.pid, before[0]), '%');
  report('fleet', 'processor of the process that is watched', share(watching.pid, before[1]), '%');
  await sleep(500);
  const more = { changes: observer.delaysMs.length, unseen: observer.unseen };
  report('fleet', 'from a change to its row, p50', percentile(observer.delaysMs, 0.5), 'ms', more);
  report('fleet', 'from a change to its row, p95', percentile(observer.delaysMs, 0.95), 'ms', { atMost: 250, ...more });
  report('fleet', 'pages a second', observer.pages / elapsed, '1/s', { atMost: 10 });
  writer.terminate();
  watcher.terminate();
}

async function writeFor(seconds: number, observer: Observer, ids: readonly string[]): Promise<void> {
  const startedMs = performance.now();
  let sent = 0;
  while (performance.now() - startedMs < seconds * 1000) {
    const due = Math.floor(((performance.now() - startedMs) / 1000) * CHANGES_A_SECOND);
    for (; sent < due; sent += 1) observer.write(ids[(sent * 7919) % ids.length] as string);
    await sleep(TICK_MS);
  }
}

/** Sends changes to one process and sees them in the list of the other. */
class Observer {
  readonly delaysMs: number[] = [];
  pages = 0;
  private readonly sentMs = new Map<string, number>();
  private readonly turns = new Map<string, number>();

  constructor(
    private readonly writer: WebSocket,
    watcher: WebSocket,
  ) {
    watcher.on('message', (data: Buffer) => this.see(JSON.parse(data.toString()) as ServerFrame));
  }

  get unseen(): number {
    return this.sentMs.size;
  }

  write(sessionId: string): void {
    const turn = (this.turns.get(sessionId) ?? 0) + 1;
    this.turns.set(sessionId, turn);
    this.sentMs.set(`${sessionId} ${turn}`, performance.now());
    const ops = [
      { op: 'append', agent: 'a', role: 'user', content: 'x' },
      { op: 'recordLatency', stage: 'turn_e2e', seconds: 0.5 },
    ];
    this.writer.send(JSON.stringify({ id: 'x', type: 'ops', sessionId, ops }));
  }

  private see(frame: ServerFrame): void {
    if (frame.type !== 'sessions') return;
    this.pages += 1;
    for (const { sessionId, turns } of frame.sessions) {
      const name = `${sessionId} ${turns}`;
      const sentMs = this.sentMs.get(name);
      if (sentMs === undefined) continue;
      this.sentMs.delete(name);
      this.delaysMs.push(performance.now() - sentMs);
    }
  }
}

async function list(address: string, query: string): Promise<FleetPage> {
  return (await fetch(`http://${address}/v1/fleet/sessions?${query}`)).json() as Promise<FleetPage>;
}

/** Of all threads of a process; the kernel counts in hundredths of a second. */
function cpuSeconds(pid: number): number {
  const [user = '0', system = '0'] =
    readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(11) ?? [];
  return (Number(user) + Number(system)) / 100;
}
