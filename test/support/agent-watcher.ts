import 'reflect-metadata';
import { setImmediate as turn } from 'node:timers/promises';
import { createApp } from '../../src/create-app';
import { MemoService } from '../../src/memo';
import { AGENT_PROVIDER, type AgentProvider } from '../../src/session-agents';

/**
 * A process that runs a call: it has a live memo of WATCHED and resolves AGENT from it whenever the memo's revision has
 * moved, one line of JSON each. `seenAtMs` is the time of day.
 */
async function main(): Promise<void> {
  const app = await createApp();
  await app.init();
  const agents = app.get<AgentProvider>(AGENT_PROVIDER);
  const memo = await app.get(MemoService).restore(process.env['WATCHED'] ?? '');
  let ended = false;
  process.once('SIGTERM', () => {
    ended = true;
  });
  for (let revision = -1; !ended; await turn()) {
    if (memo.revision === revision) continue;
    revision = memo.revision;
    const seenAtMs = performance.timeOrigin + performance.now();
    const { prompt } = agents.agent(memo, process.env['AGENT'] ?? '');
    const { greeting: greetingOfEntry } = agents.agent(memo, 'Concierge');
    const { name: active } = agents.activeAgent(memo);
    process.stdout.write(`${JSON.stringify({ revision, prompt, active, greetingOfEntry, seenAtMs })}\n`);
  }
  await app.close();
  process.exit(0);
}

void main();
