import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { MemoManager } from '../../src/memo';
import { jsonLines } from '../support/json-lines';
import { machineMs } from '../support/machine-clock';
import { openSocket } from './live-clients';
import { percentile, report } from './measure';
import { memosOf, playTurn } from './memos';
import { startScript, startService } from './processes';
import { openRedisBench } from './stores';
import { inGroups, sessionOf } from './turn';

const SESSIONS = 1000;
const CHANGES_PER_SECOND = 200;
/** Of each way. */
const SAMPLES = 1500;
/** Between two samples, at random: they keep no step with the load. */
const PAUSE_MS = { least: 6, most: 12 };
const OPS = [{ op: 'setInterrupted', value: true }];

/** Causes the interruption of a session, or tells of it by its name. */
type Way = (sessionId: string, interruption: string) => Promise<unknown>;

interface Sent {
  readonly way: string;
  /** The session and its epoch. */
  readonly interruption: string;
  readonly atMs: number;
}

/** From an interruption in one process to who listens for it in another, beside a bare PUBLISH, under one load. */
export async function interruption(): Promise<void> {
  const bench = await openRedisBench();
  const memos = memosOf(bench.store);
  const live: MemoManager[] = [];
  const ids = Array.from({ length: SESSIONS }, (_, index) => sessionOf(index));
  await inGroups(ids, async (id) => live.push(await memos.open(id, 7200)));
  const service = await startService(bench.server.url);
  const env = { STORE: 'redis', REDIS_URL: bench.server.url, LOG_LEVEL: 'warn', SESSIONS: String(SESSIONS) };
  const listener = await startScript('test/bench/interruption-listener.ts', env);
  const bare = new Redis(bench.server.url);
  const ways = {
    bare: (_sessionId: string, interruption: string) => bare.publish('bare', interruption),
    memo: byMemo(live),
    http: byHttp(service.address),
    live: await bySocket(service.address),
  };
  const load = startLoad(live);
  const sent = await interrupt(ways);
  const changesPerSecond = load.stop();
  // What was sent last is on its way.
  await sleep(500);
  reportLags(lagsOf(sent, listener.output()), changesPerSecond);
  await Promise.all([listener.stop(), service.stop()]);
  bare.disconnect();
  await memos.beforeApplicationShutdown();
  await bench.close();
}

function byMemo(memos: readonly MemoManager[]): Way {
  const memoOf = new Map(memos.map((memo) => [memo.sessionId, memo]));
  return async (sessionId) => memoOf.get(sessionId)?.setTtsInterruptedLive(true);
}

function byHttp(address: string): Way {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ ops: OPS });
  return async (sessionId) => {
    const answer = await fetch(`http://${address}/v1/sessions/${sessionId}/ops`, { method: 'POST', headers, body });
    // Read to its end, or its connection is not used again.
    await answer.arrayBuffer();
  };
}

async function bySocket(address: string): Promise<Way> {
  const socket = await openSocket(address);
  return async (sessionId) => socket.send(JSON.stringify({ id: sessionId, type: 'ops', sessionId, ops: OPS }));
}

/** The bench's turn, now in one session and now in another. */
function startLoad(memos: readonly MemoManager[]): { stop: () => number } {
  const startedMs = machineMs();
  let changes = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((machineMs() - startedMs) / 1000) * CHANGES_PER_SECOND);
    for (; changes < due; changes += 1) playTurn(memos[(changes * 7) % memos.length] as MemoManager, changes);
  }, 1000 / CHANGES_PER_SECOND);
  return {
    stop: () => {
      clearInterval(timer);
      return (changes / (machineMs() - startedMs)) * 1000;
    },
  };
}

/** The ways in turn. As the sessions are a multiple of the ways, each has its own, and their epochs can be counted. */
async function interrupt(ways: Record<string, Way>): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (const [way, send] of Object.entries(ways)) {
      await sleep(PAUSE_MS.least + Math.random() * (PAUSE_MS.most - PAUSE_MS.least));
      const sessionId = sessionOf(sent.length % SESSIONS);
      const interruption = `${sessionId} ${1 + Math.floor(sent.length / SESSIONS)}`;
      sent.push({ way, interruption, atMs: machineMs() });
      void send(sessionId, interruption);
    }
  }
  return sent;
}

function lagsOf(sent: readonly Sent[], seen: string): (way: string) => number[] {
  const atMs = new Map(jsonLines<Omit<Sent, 'way'>>(seen).map((line) => [line.interruption, line.atMs]));
  const lag = ({ way, interruption, atMs: sentAtMs }: Sent) => {
    const seenAtMs = atMs.get(interruption);
    if (seenAtMs === undefined) throw new Error(`An interruption through ${way} never came.`);
    return seenAtMs - sentAtMs;
  };
  return (way) => sent.filter((one) => one.way === way).map(lag);
}

function reportLags(lags: (way: string) => number[], changesPerSecond: number): void {
  const p50 = (way: string) => percentile(lags(way), 0.5);
  const p99 = (way: string) => percentile(lags(way), 0.99);
  const load = { sessions: SESSIONS, changesPerSecond: Math.round(changesPerSecond), samples: SAMPLES };
  report('interruption', 'setInterrupted to the callback in another process, p50', p50('memo'), 'ms', {
    atMost: 2,
    ...load,
  });
  report('interruption', 'setInterrupted to the callback in another process, p99', p99('memo'), 'ms', { atMost: 10 });
  report('interruption', 'bare PUBLISH to the message in another process, p50', p50('bare'), 'ms');
  report('interruption', 'bare PUBLISH to the message in another process, p99', p99('bare'), 'ms');
  report('interruption', 'setInterrupted over bare PUBLISH, p50', p50('memo') / p50('bare'), 'ratio', { atMost: 2 });
  for (const [way, name] of [['http', 'POST ops'] as const, ['live', 'a frame of the live channel'] as const]) {
    report('interruption', `${name} to the callback in another process, p50`, p50(way), 'ms');
    report('interruption', `${name} to the callback in another process, p99`, p99(way), 'ms');
  }
}
