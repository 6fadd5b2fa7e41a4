import { freePort } from '../support/redis-server';
import { requestsPerSecond } from './http-load';
import { median, report, rounds } from './measure';
import { startScript, startService } from './processes';
import { openRedisBench } from './stores';
import { sessionOf, turnOps } from './turn';

const CONNECTIONS = 64;
const ROUND_SECONDS = 4;
const ROUNDS = 7;

/** `POST …/ops` beside a bare Fastify handler that does one HSET and checks nothing; each a process of its own. */
export async function http(): Promise<void> {
  const bench = await openRedisBench();
  const barePort = String(await freePort());
  const parley = await startService(bench.server.url);
  const bare = await startScript('test/bench/bare-fastify.ts', { REDIS_URL: bench.server.url, PORT: barePort });
  const sessionIds = Array.from({ length: CONNECTIONS }, (_, call) => sessionOf(call));
  for (const sessionId of sessionIds) await bench.store.create(sessionId, 7200, { id: 'open', ops: [] });
  const bodies = Array.from({ length: 8 }, (_, turn) => JSON.stringify({ ops: turnOps(turn) }));
  const load = (address: string) => requestsPerSecond(address, { sessionIds, seconds: ROUND_SECONDS, bodies });
  const contestants = { parley: () => load(parley.address), bare: () => load(`127.0.0.1:${barePort}`) };
  await rounds(1, contestants);
  const results = await rounds(ROUNDS, contestants);
  report('http', 'POST ops, 64 connections', median(results.parley), '1/s');
  report('http', 'bare Fastify with one HSET', median(results.bare), '1/s');
  const ratios = results.parley.map((value, index) => value / (results.bare[index] as number));
  report('http', 'POST ops over bare Fastify', median(ratios), 'ratio', { atLeast: 0.4 });
  await Promise.all([parley.stop(), bare.stop()]);
  await bench.close();
}
