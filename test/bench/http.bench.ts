import autocannon from 'autocannon';
import { freePort } from '../support/redis-server';
import { median, report, rounds } from './measure';
import { startProcess } from './processes';
import { openRedisBench } from './stores';
import { turnOps } from './turn';

const CONNECTIONS = 64;
const ROUND_SECONDS = 4;
const ROUNDS = 7;

/** `POST …/ops` beside a bare Fastify handler that does one HSET and checks nothing; each a process of its own. */
export async function http(): Promise<void> {
  const bench = await openRedisBench();
  const [parleyPort, barePort] = [await freePort(), await freePort()];
  const env = { REDIS_URL: bench.server.url, LOG_LEVEL: 'warn' };
  const parley = await startProcess(['dist/main.js'], { ...env, STORE: 'redis', PORT: String(parleyPort) });
  const bare = await startProcess(['-r', './test/support/register.cjs', 'test/bench/bare-fastify.ts'], {
    ...env,
    PORT: String(barePort),
  });
  for (let call = 0; call < CONNECTIONS; call += 1) {
    await bench.store.create(sessionOf(call), 7200, { id: 'open', ops: [] });
  }
  const contestants = { parley: () => requestsPerSecond(parleyPort), bare: () => requestsPerSecond(barePort) };
  await rounds(1, contestants);
  const results = await rounds(ROUNDS, contestants);
  report('http', 'POST ops, 64 connections', median(results.parley), '1/s');
  report('http', 'bare Fastify with one HSET', median(results.bare), '1/s');
  const ratios = results.parley.map((value, index) => value / (results.bare[index] as number));
  report('http', 'POST ops over bare Fastify', median(ratios), 'ratio', { atLeast: 0.4 });
  await Promise.all([parley.stop(), bare.stop()]);
  await bench.close();
}

/** Each connection is the runtime of one call, as it is in service. */
async function requestsPerSecond(port: number): Promise<number> {
  let calls = 0;
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections: CONNECTIONS,
    duration: ROUND_SECONDS,
    setupClient: (client) => {
      const path = `/v1/sessions/${sessionOf((calls += 1) % CONNECTIONS)}/ops`;
      const headers = { 'content-type': 'application/json' };
      const turns = Array.from({ length: 8 }, (_, turn) => JSON.stringify({ ops: turnOps(turn) }));
      client.setRequests(turns.map((body) => ({ method: 'POST', path, headers, body })));
    },
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed.`);
  return result.requests.average;
}

function sessionOf(call: number): string {
  return `0199aa00-0000-7000-8000-${String(call).padStart(12, '0')}`;
}
