import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { HttpClient } from '../../src/programs/http-client';
import { runReplay } from '../../src/replay/replay';

const CALLS = 'test/fixtures/calls.sample.ndjson';
/** Sessions that nobody ends are gone soon. */
export const TTL_SECONDS = 30;
const CALLERS = ['john.smith@email.com', undefined];
const SAID = ['Hello', 'What is my balance?', 'I want to report fraud', 'My card was stolen', 'Thank you, goodbye'];
/** People pause; a machine at its limit would show nothing but its limit. */
const PAUSE_MS = 100;

export interface Done {
  replays: number;
  turns: number;
  turnMs: number[];
  readonly failures: string[];
}

/** Plays real calls against a service again and again, which compares them each time. */
export async function replayForever(url: string, live: boolean, done: Done, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const output = new PassThrough().resume();
    const args = [CALLS, '--url', url, '--concurrency', '4', ...(live ? ['--live'] : [])];
    const code = await runReplay(args, { environment: {}, output, errors: output, signal });
    if (code !== 0 && !signal.aborted) done.failures.push(`a replay ended with ${code}`);
    done.replays += 1;
    await sleep(PAUSE_MS);
  }
}

/** Calls that the service's agents answer, and that are left to expire. */
export async function callForever(url: string, name: string, done: Done, signal: AbortSignal): Promise<void> {
  const http = new HttpClient(url, { connections: 1 });
  const send = async (path: string, json: object) => {
    const { status } = await http.send({ method: 'POST', path, json });
    if (status >= 300) done.failures.push(`${path.split('/').at(-1) ?? ''}: ${status}`);
  };
  for (let call = 0; !signal.aborted; call += 1) {
    const sessionId = `soak-${name}-${call}`;
    const email = CALLERS[call % CALLERS.length];
    await send('/v1/sessions', { sessionId, ttlSeconds: TTL_SECONDS, ...(email !== undefined && { email }) });
    for (const transcript of SAID) {
      const startedMs = performance.now();
      await send(`/v1/sessions/${sessionId}/turns`, { transcript });
      done.turnMs.push(performance.now() - startedMs);
      done.turns += 1;
      await sleep(PAUSE_MS);
    }
  }
  http.close();
}
