import 'reflect-metadata';
import { createApp } from '../../src/create-app';
import { MemoService } from '../../src/memo';
import { AGENT_PROVIDER, type AgentProvider } from '../../src/session-agents';
import { SESSION_STORE, type SessionStore } from '../../src/store/session-store';
import { machineMs } from './machine-clock';

/**
 * A process that runs a call: it has a live memo of WATCHED and resolves AGENT from it at the start and after each
 * notification, one line of JSON each. `seenAtMs` is on the machine's clock. Says "ready" once it listens.
 */
async function main(): Promise<void> {
  const app = await createApp();
  await app.init();
  const agents = app.get<AgentProvider>(AGENT_PROVIDER);
  const memo = await app.get(MemoService).restore(process.env['WATCHED'] ?? '');
  const resolve = () => {
    const { prompt } = agents.agent(memo, process.env['AGENT'] ?? '');
    const { greeting: greetingOfEntry } = agents.agent(memo, 'Concierge');
    const { name: active } = agents.activeAgent(memo);
    const seenAtMs = machineMs();
    const { revision } = memo;
    process.stdout.write(`${JSON.stringify({ revision, prompt, active, greetingOfEntry, seenAtMs })}\n`);
  };
  // After the memo's own listener, which was there first.
  await app.get<SessionStore>(SESSION_STORE).watch(memo.sessionId, resolve);
  resolve();
  process.stdout.write('ready\n');
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
}

void main();
