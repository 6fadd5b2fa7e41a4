import { randomUUID } from 'node:crypto';
import { systemClock } from '../../src/common/clock';
import { readConfig } from '../../src/config/parley-config';
import type { AgentSession } from '../../src/session-agents';
import { readBaseAgents } from '../../src/session-agents/base/read-base-agents';
import { AgentImport } from '../../src/session-agents/changes/agent-import';
import { AgentRules } from '../../src/session-agents/changes/agent-rules';
import { SessionChanges } from '../../src/session-agents/changes/session-changes';
import { LoadedSession } from '../../src/session-agents/loaded-session';
import { PromptRenderer } from '../../src/session-agents/prompts/prompt-renderer';
import { SessionAgentManager } from '../../src/session-agents/session-agent-manager';
import type { SessionStore } from '../../src/store/session-store';
import { jsonLines } from '../support/json-lines';
import { machineMs } from '../support/machine-clock';
import { median, percentile, report, rounds, secondsOf } from './measure';
import { startScript, startService } from './processes';
import { openRedisBench, type RedisBench } from './stores';
import { Call } from './turn';

const RESOLUTIONS = 1_000_000;
const ROUNDS = 9;
const SESSIONS = 200;
const OVERRIDES = 20;
const TURNS = 8;
const PATCHES = 1000;

/** What agents of their own cost: a resolution, a turn, and the way of a change to another process. */
export async function agents(): Promise<void> {
  const bench = await openRedisBench();
  const manager = await openManager(bench.store);
  await measureResolutions(bench.store, manager);
  await measureTurns(bench, manager);
  await measureVisibility(bench);
  await bench.close();
}

async function openManager(store: SessionStore): Promise<SessionAgentManager> {
  const config = readConfig({});
  const base = await readBaseAgents(config.agents.directory, config.templates);
  const rules = new AgentRules(new PromptRenderer(config), base, config);
  const changes = new SessionChanges(store, systemClock, config);
  return new SessionAgentManager(base, changes, rules, new AgentImport(rules, base));
}

const ORIGIN = { actor: 'bench', source: 'admin' } as const;

async function override(manager: SessionAgentManager, sessionId: string, index: number): Promise<void> {
  const patch = { templateVars: { [`variable_${index}`]: index }, prompt: `Prompt ${index} for {{ caller_name }}.` };
  await manager.override(sessionId, index % 2 === 0 ? 'FraudAgent' : 'CardAgent', patch, 'merge', ORIGIN);
}

async function measureResolutions(store: SessionStore, manager: SessionAgentManager): Promise<void> {
  const without = await opened(store, 'without');
  const own = await opened(store, 'with');
  await override(manager, 'with', 0);
  const sessions = { without, with: new LoadedSession(await store.load(own.sessionId)) };
  const contestants = {
    without: () => resolve(manager, sessions.without),
    with: () => resolve(manager, sessions.with),
  };
  await rounds(3, contestants);
  const seconds = await rounds(ROUNDS, contestants);
  for (const [name, goal] of [['without', 5e6] as const, ['with', 1e6] as const]) {
    const perSecond = RESOLUTIONS / median(seconds[name]);
    report('agents', `resolutions ${name} overrides`, perSecond, 'per second', { atLeast: goal });
  }
}

async function opened(store: SessionStore, sessionId: string): Promise<AgentSession> {
  await store.create(sessionId, 7200, { id: 'open', ops: [] });
  return new LoadedSession(await store.load(sessionId));
}

async function resolve(manager: SessionAgentManager, session: AgentSession): Promise<number> {
  return secondsOf(async () => {
    let tools = 0;
    for (let index = 0; index < RESOLUTIONS; index += 1) tools += manager.agent(session, 'FraudAgent').tools.length;
    if (tools === 0) throw new Error('The agent has no tools.');
  });
}

async function measureTurns(bench: RedisBench, manager: SessionAgentManager): Promise<void> {
  const calls = async (name: string) =>
    Promise.all(Array.from({ length: SESSIONS }, (_, index) => new Call(bench.store, `${name}-${index}`).open()));
  const [plain, overridden] = [await calls('plain'), await calls('overridden')];
  for (let index = 0; index < OVERRIDES; index += 1) {
    await Promise.all(overridden.map(({ sessionId }) => override(manager, sessionId, index)));
  }
  const play = (group: readonly Call[]) => secondsOf(() => Promise.all(group.map((call) => call.play(TURNS))));
  const contestants = { plain: () => play(plain), overridden: () => play(overridden) };
  await rounds(3, contestants);
  const seconds = await rounds(21, contestants);
  const ratios = seconds.overridden.map((value, index) => value / (seconds.plain[index] as number));
  report('agents', `turn with ${OVERRIDES} overrides over one without`, median(ratios), 'ratio', { atMost: 1.1 });
}

interface Seen {
  readonly revision: number;
  readonly prompt: string;
  readonly seenAtMs: number;
}

/** From the answer to a PATCH in one process to the resolution that uses it in another. */
async function measureVisibility({ server }: RedisBench): Promise<void> {
  const sessionId = randomUUID();
  const env = {
    STORE: 'redis',
    REDIS_URL: server.url,
    SESSION_AGENT_OVERRIDES_ENABLED: 'true',
    AGENT_CHANGES_PER_MINUTE: '10000',
    LOG_LEVEL: 'silent',
  };
  const service = await startService(server.url, env);
  const send = (method: string, path: string, json: unknown) =>
    fetch(`http://${service.address}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    });
  await send('POST', '/v1/sessions', { sessionId });
  const watcher = await startScript('test/support/agent-watcher.ts', {
    ...env,
    WATCHED: sessionId,
    AGENT: 'FraudAgent',
  });
  const answeredAtMs = new Map<string, number>();
  for (let index = 0; index < PATCHES; index += 1) {
    const prompt = `Prompt number ${index}.`;
    const answer = await send('PATCH', `/v1/admin/sessions/${sessionId}/agents/FraudAgent`, { prompt });
    answeredAtMs.set(prompt, machineMs());
    if (answer.status !== 200) throw new Error(`A PATCH was answered with ${answer.status}.`);
    await answer.arrayBuffer();
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  const lags = jsonLines<Seen>(watcher.output()).flatMap(({ prompt, seenAtMs }) => {
    const answered = answeredAtMs.get(prompt);
    // Seen before the answer was there: no time at all.
    return answered === undefined ? [] : [Math.max(seenAtMs - answered, 0)];
  });
  const figure = 'PATCH answered to used in another process';
  report('agents', `${figure}, p50`, percentile(lags, 0.5), 'ms', { changes: lags.length });
  report('agents', `${figure}, p99`, percentile(lags, 0.99), 'ms', { atMost: 10 });
  await watcher.stop();
  await service.stop();
}
