import { setTimeout as sleep } from 'node:timers/promises';
import type { MemoManager } from '../../src/memo';
import { machineMs } from '../support/machine-clock';
import { cascadeOf, TimedModel } from './cascade';
import { percentile, report } from './measure';
import { memosOf } from './memos';
import { startScript } from './processes';
import { openRedisBench, type RedisBench } from './stores';
import { inGroups, sessionOf } from './turn';

const CALLS = 200;
const TURNS = 12;
/** A caller speaks about so often. */
const BETWEEN_TURNS_MS = { least: 1500, most: 3500 };
/** Of a language model, between two pieces of text. */
const PIECE_MS = 20;
const PIECES = [
  'Your balance',
  ' is twelve dollars',
  ' and ten cents.',
  ' Is there',
  ' anything else',
  ' that I can do?',
];
/** The piece behind the first sentence, which ends it. */
const COMPLETING = 3;
const INSTANT_CALLS = 64;
const INSTANT_SECONDS = 5;
const BARGE_INS = 300;

/** What a turn costs beside its model, on one Redis. */
export async function turns(): Promise<void> {
  const bench = await openRedisBench();
  await measureParallel(bench);
  await measureThroughput(bench);
  await measureBargeIn(bench);
  await bench.close();
}

/** All of a turn but the model: up to its request, from each piece to its sentence, and from its end to the turn's. */
async function measureParallel({ store }: RedisBench): Promise<void> {
  const memos = memosOf(store);
  const model = new TimedModel(PIECES, () => sleep(PIECE_MS));
  const cascade = await cascadeOf(memos, model);
  const ids = await openCalls(memos, 'parallel', CALLS);
  const samples: { readonly own: number; readonly sentence: number }[] = [];
  const turn = async (sessionId: string, number: number) => {
    const said = `${sessionId} ${number}`;
    const startedMs = performance.now();
    let sentenceMs: number | undefined;
    let seenMs = 0;
    for await (const { type } of cascade.processTurn(sessionId, said)) {
      seenMs = performance.now();
      if (type === 'sentence') sentenceMs ??= seenMs;
    }
    const pieces = model.pieceMs.get(said) as number[];
    const modelMs = (pieces.at(-1) as number) - (model.askedMs.get(said) as number);
    // The first turn of a call renders the prompt, in a thread of its own.
    if (number === 0) return;
    const sentence = (sentenceMs as number) - (pieces[COMPLETING] as number);
    samples.push({ own: seenMs - startedMs - modelMs, sentence });
  };
  const call = async (sessionId: string) => {
    for (let number = 0; number < TURNS; number += 1) {
      const { least, most } = BETWEEN_TURNS_MS;
      await sleep(least + Math.random() * (most - least));
      await turn(sessionId, number);
    }
  };
  await Promise.all(ids.map(call));
  const own = samples.map((sample) => sample.own);
  const sentence = samples.map((sample) => sample.sentence);
  const load = { calls: CALLS, turns: samples.length };
  report('turns', 'own time in a turn, p50', percentile(own, 0.5), 'ms', { atMost: 3, ...load });
  report('turns', 'own time in a turn, p99', percentile(own, 0.99), 'ms', { atMost: 25 });
  report('turns', 'first sentence out after the piece that completes it, p99', percentile(sentence, 0.99), 'ms', {
    atMost: 2,
  });
  await memos.beforeApplicationShutdown();
}

async function measureThroughput({ store }: RedisBench): Promise<void> {
  const memos = memosOf(store);
  const cascade = await cascadeOf(memos, new TimedModel(PIECES, () => undefined));
  const ids = await openCalls(memos, 'instant', INSTANT_CALLS);
  let count = 0;
  const call = async (sessionId: string, untilMs: number) => {
    for (; performance.now() < untilMs; count += 1) {
      for await (const { type } of cascade.processTurn(sessionId, 'What is my balance?')) {
        if (type === 'failed') throw new Error('A turn failed.');
      }
    }
  };
  const play = (seconds: number) => {
    const untilMs = performance.now() + seconds * 1000;
    return Promise.all(ids.map((id) => call(id, untilMs)));
  };
  await play(2);
  count = 0;
  const startedMs = performance.now();
  const before = process.cpuUsage();
  await play(INSTANT_SECONDS);
  const { user, system } = process.cpuUsage(before);
  const perSecond = count / ((performance.now() - startedMs) / 1000);
  report('turns', 'processor time of a turn with an instant model', (user + system) / count / 1000, 'ms');
  report('turns', 'turns with an instant model', perSecond, 'per second', { atLeast: 1500, calls: INSTANT_CALLS });
  await memos.beforeApplicationShutdown();
}

async function measureBargeIn({ server, store }: RedisBench): Promise<void> {
  const memos = memosOf(store);
  const model = new TimedModel(['Well, '], stopped);
  const cascade = await cascadeOf(memos, model);
  const [sessionId = ''] = await openCalls(memos, 'barge-in', 1);
  const memo = await memos.restore(sessionId);
  const other = await startScript('test/bench/interrupter.ts', { REDIS_URL: server.url, SESSION: sessionId });
  const lags = { here: [] as number[], there: [] as number[] };
  for (let number = 0; number < BARGE_INS; number += 1) {
    for (const way of ['here', 'there'] as const) {
      const said = `${way} ${number}`;
      const turn = drain(cascade.processTurn(sessionId, said));
      while (!model.askedMs.has(said)) await sleep(1);
      const sentMs = way === 'here' ? interruptHere(memo) : await interruptThere(other, lags.there.length);
      await turn;
      lags[way].push((model.abortedMs.get(said) as number) + machineOffsetMs() - sentMs);
    }
  }
  await other.stop();
  report('turns', 'barge-in to aborted model, same process, p99', percentile(lags.here, 0.99), 'ms', { atMost: 2 });
  report('turns', 'barge-in to aborted model, another process, p50', percentile(lags.there, 0.5), 'ms');
  report('turns', 'barge-in to aborted model, another process, p99', percentile(lags.there, 0.99), 'ms', {
    atMost: 10,
  });
  await memos.beforeApplicationShutdown();
}

function interruptHere(memo: MemoManager): number {
  const sentMs = machineMs();
  memo.setTtsInterrupted(true, { cause: 'barge_in' });
  return sentMs;
}

/** Asks the other process, and waits for the line that says when it did. */
async function interruptThere(other: Awaited<ReturnType<typeof startScript>>, before: number): Promise<number> {
  process.kill(other.pid, 'SIGUSR2');
  for (;;) {
    const times = other.output().match(/^\d+\.\d+$/gm) ?? [];
    const sent = times[before];
    if (sent !== undefined) return Number(sent);
    await sleep(1);
  }
}

/** From this process's clock to the machine's. */
function machineOffsetMs(): number {
  return machineMs() - performance.now();
}

function stopped(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _event of events);
}

async function openCalls(memos: ReturnType<typeof memosOf>, name: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => `${name}-${sessionOf(index)}`);
  await inGroups(ids, async (id) => memos.release(await memos.open(id, 7200)));
  return ids;
}
