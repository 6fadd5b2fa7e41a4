import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { freePort } from '../support/redis-server';
import { openSocket } from './live-clients';
import { report } from './measure';
import { type BenchProcess, startProcess, startService } from './processes';
import { openRedisBench } from './stores';
import { Call, inGroups, sessionOf } from './turn';

const SOCKETS = 5000;
/** Attached before memory is measured the first time: what the first sockets bring with them is nobody's share. */
const WARM_UP = 100;
const TURNS = 4;
/** Files that a process has open beside its sockets, at most. */
const OTHER_FILES = 100;
const COLLECTOR = ['--expose-gc', '-r', './test/support/register.cjs', '-r', './test/bench/collect-on-signal.ts'];

type Server = BenchProcess & { readonly address: string };

/** Memory of a process with 5,000 idle sockets, each attached to a session of its own, beside a bare server of `ws`. */
export async function sockets(): Promise<void> {
  checkFileLimit();
  const bench = await openRedisBench();
  const ids = Array.from({ length: WARM_UP + SOCKETS }, (_, index) => sessionOf(index));
  await inGroups(ids, async (id) => (await new Call(bench.store, id).open()).play(TURNS));
  const parley = await measure(await startService(bench.server.url, {}, COLLECTOR), ids);
  const bare = await measure(await startBare(), ids);
  const more = { sockets: SOCKETS };
  report('sockets', 'resident memory of an idle socket', parley.resident, 'bytes', { atMost: 60_000, ...more });
  report('sockets', 'heap of an idle socket', parley.heap, 'bytes');
  report('sockets', 'resident memory of a bare socket of ws', bare.resident, 'bytes');
  report('sockets', 'heap of a bare socket of ws', bare.heap, 'bytes');
  await bench.close();
}

/** Node raises the limit as far as it may: what is missing only the system's administrator can give. */
function checkFileLimit(): void {
  const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }));
  const needed = WARM_UP + SOCKETS + OTHER_FILES;
  if (limit < needed) throw new Error(`The bench needs ${needed} open files a process; ulimit -Hn allows ${limit}.`);
}

async function startBare(): Promise<Server> {
  const port = String(await freePort());
  const bare = await startProcess([...COLLECTOR, 'test/bench/bare-websockets.ts'], { PORT: port });
  return { ...bare, address: `127.0.0.1:${port}` };
}

/** What one socket adds to the server's memory. Ends the server. */
async function measure(server: Server, ids: readonly string[]): Promise<Memory> {
  const open: WebSocket[] = [];
  const attach = async (sessionId: string) => open.push(await attachedSocket(server.address, sessionId));
  await inGroups(ids.slice(0, WARM_UP), attach);
  const before = await memoryOf(server);
  await inGroups(ids.slice(WARM_UP), attach);
  const after = await memoryOf(server);
  for (const socket of open) socket.terminate();
  await server.stop();
  return { resident: (after.resident - before.resident) / SOCKETS, heap: (after.heap - before.heap) / SOCKETS };
}

async function attachedSocket(address: string, sessionId: string): Promise<WebSocket> {
  const socket = await openSocket(address);
  socket.send(JSON.stringify({ id: 'attach', type: 'attach', sessionId }));
  const [answer] = (await once(socket, 'message')) as [Buffer];
  if (answer.includes('"type":"error"')) throw new Error(`A socket was refused: ${answer.toString()}`);
  return socket;
}

interface Memory {
  /** Bytes. */
  readonly resident: number;
  readonly heap: number;
}

/** After a collection, as the process itself says. */
async function memoryOf({ pid, address }: Server): Promise<Memory> {
  process.kill(pid, 'SIGUSR2');
  await sleep(1000);
  const metrics = await (await fetch(`http://${address}/metrics`)).text();
  const valueOf = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(metrics)?.[1]);
  return { resident: valueOf('process_resident_memory_bytes'), heap: valueOf('nodejs_heap_size_used_bytes') };
}
