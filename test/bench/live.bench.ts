import type { SessionStore } from '../../src/store/session-store';
import { requestsPerSecond } from './http-load';
import type { LiveLoad } from './live-load';
import { median, report, rounds } from './measure';
import { runScript, startService } from './processes';
import { openRedisBench } from './stores';
import { inGroups, sessionOf, turnOps } from './turn';

const CLIENTS = 100;
const ROUND_SECONDS = 3;
const ROUNDS = 9;
/** One message. */
const OPS = turnOps(0).slice(0, 1);

/** Frames of the live channel beside `POST …/ops` of the same, one service for both; each client writes one session. */
export async function live(): Promise<void> {
  const bench = await openRedisBench();
  const service = await startService(bench.server.url);
  const load = { address: service.address, seconds: ROUND_SECONDS, ops: OPS };
  const frames = (window: number, attached: boolean) => async () =>
    framesPerSecond({ ...load, window, attached, sessionIds: await newSessions(bench.store) });
  const requests = async () => {
    const bodies = [JSON.stringify({ ops: OPS })];
    const sessionIds = await newSessions(bench.store);
    return requestsPerSecond(service.address, { sessionIds, seconds: ROUND_SECONDS, bodies });
  };
  const contestants = { http: requests, one: frames(1, false), eight: frames(8, false), attached: frames(1, true) };
  await rounds(1, contestants);
  const results = await rounds(ROUNDS, contestants);
  report('live', `POST ops, ${CLIENTS} connections`, median(results.http), '1/s');
  report('live', `durable frames, ${CLIENTS} sockets, 1 under way each`, median(results.one), '1/s');
  const over = (name: 'one' | 'eight' | 'attached') =>
    median(results[name].map((value, round) => value / (results.http[round] as number)));
  report('live', 'durable frames over POST ops, 1 under way', over('one'), 'ratio', { atLeast: 1.5 });
  report('live', 'durable frames over POST ops, 8 under way', over('eight'), 'ratio');
  report('live', 'durable frames over POST ops, 1 under way, attached to the session', over('attached'), 'ratio');
  await service.stop();
  await bench.close();
}

let sessions = 0;

/** New in each round: attaching to a session brings all of it. */
async function newSessions(store: SessionStore): Promise<string[]> {
  const ids = Array.from({ length: CLIENTS }, () => sessionOf((sessions += 1)));
  await inGroups(ids, (id) => store.create(id, 7200, { id: 'open', ops: [] }));
  return ids;
}

async function framesPerSecond(load: LiveLoad): Promise<number> {
  const output = await runScript('test/bench/live-load.ts', { LOAD: JSON.stringify(load) });
  return (JSON.parse(output) as { perSecond: number }).perSecond;
}
