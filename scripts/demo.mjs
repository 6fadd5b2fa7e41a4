// The console with something to see: npm run demo
// Starts the built service on an embedded store of its own, plays real calls into it again and again, and holds one call
// with the service's own agents, so that a changed prompt is heard. Ctrl-C ends all of it and leaves nothing behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CALLS = 'test/fixtures/calls.sample.ndjson';
/** So many times faster than people speak. */
const SPEED = '2';
const CALLERS = ['john.smith@email.com', 'jane.doe@email.com'];
const LINES = [
  'Hello',
  'I want to report fraud',
  'My card was stolen yesterday',
  'What is my balance?',
  'I lost my card',
  'Thank you',
];
const PAUSE_MS = 4000;

const stopping = new AbortController();
const { signal } = stopping;
const children = new Set();
const folder = mkdtempSync(join(tmpdir(), 'parley-demo-'));
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
// A second one changes nothing: whoever ended this at once would leave the others running.
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stopping.abort());

/** In a process group of its own: a Ctrl-C reaches this program alone, which ends the others in their order. */
function run(args, env = {}) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, ...env },
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function startService() {
  const service = run(['dist/main.js'], {
    STORE: 'embedded',
    DATA_DIR: folder,
    HOST: '127.0.0.1',
    PORT: process.env.PORT ?? '0',
    API_KEYS: '',
    SESSION_AGENT_OVERRIDES_ENABLED: 'true',
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
  });
  let output = '';
  service.stdout.on('data', (data) => (output += data));
  for (;;) {
    const url = /address +(\S+)/.exec(output)?.[1];
    if (url) return { service, url };
    await Promise.race([once(service.stdout, 'data'), once(service, 'exit')]);
    if (service.exitCode !== null) process.exit(1);
  }
}

/** Real calls, all of them and then from the beginning. */
async function playCalls(url) {
  while (!signal.aborted) {
    const player = run(['dist/replay/main.js', CALLS, '--url', url, '--live', '--speed', SPEED]);
    player.stdout.resume();
    const stop = () => player.kill('SIGTERM');
    signal.addEventListener('abort', stop);
    await once(player, 'exit');
    signal.removeEventListener('abort', stop);
  }
}

async function post(url, json) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
    signal,
  });
  const body = await response.json();
  if (!response.ok) throw new Error(`${url} was answered with ${response.status} ${body.code}.`);
  return body;
}

/** Calls with the agents of the service, one after the other. */
async function holdCalls(url) {
  for (let call = 0; !signal.aborted; call += 1) {
    const email = CALLERS[call % CALLERS.length];
    const { sessionId } = await post(`${url}/v1/sessions`, { sessionId: `demo-${call + 1}`, email });
    // Long enough to look at it, change its prompt and hear the change.
    for (let turn = 0; turn < 50; turn += 1) {
      await post(`${url}/v1/sessions/${sessionId}/turns`, { transcript: LINES[turn % LINES.length] });
      await sleep(PAUSE_MS, undefined, { signal });
    }
    await fetch(`${url}/v1/sessions/${sessionId}`, { method: 'DELETE', signal });
  }
}

const { service, url } = await startService();
console.log(`The console is at ${url}/console (nobody needs to sign in). Calls are playing; Ctrl-C ends it.`);
console.log(`To change a prompt and hear it: ${url}/console/sessions/demo-1/agents`);
const failed = await Promise.all([playCalls(url), holdCalls(url)]).then(
  () => undefined,
  (error) => (signal.aborted ? undefined : error),
);
stopping.abort();
await Promise.all([...children].filter((child) => child !== service).map((child) => once(child, 'exit')));
service.kill('SIGTERM');
if (service.exitCode === null) await once(service, 'exit');
if (failed) console.error(`demo: ${failed.message}`);
process.exitCode = failed ? 1 : 0;
