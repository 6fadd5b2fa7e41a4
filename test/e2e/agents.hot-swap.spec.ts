import { randomUUID } from 'node:crypto';
import { ServiceProcess } from '../support/service-process';
import { testRedisUrl, uniquePrefix } from '../support/test-redis';
import { jsonLines } from '../support/json-lines';

/** Far above the milliseconds that it takes; a poll or a reload would be slower still. */
const SOON_MS = 1000;

interface Watched {
  readonly revision: number;
  readonly prompt: string;
  readonly active: string;
  readonly greetingOfEntry: string;
}

describe('a change of agents, with two processes on one Redis', () => {
  let operator: ServiceProcess;
  let call: ServiceProcess;
  const sessionId = `hot-swap-${randomUUID()}`;
  beforeAll(async () => {
    const env = {
      STORE: 'redis',
      REDIS_URL: testRedisUrl(),
      KEY_PREFIX: uniquePrefix(),
      SESSION_AGENT_OVERRIDES_ENABLED: 'true',
      LOG_LEVEL: 'silent',
    };
    operator = await ServiceProcess.start(env);
    await request('POST', '/v1/sessions', { sessionId });
    call = ServiceProcess.run('test/support/agent-watcher.ts', { ...env, WATCHED: sessionId, AGENT: 'FraudAgent' });
    await call.says(/"revision":1/);
  });
  afterAll(async () => {
    await call.stop();
    await operator.stop();
  });

  async function request(method: string, path: string, json?: unknown): Promise<{ status: number; revision: number }> {
    const response = await fetch(operator.url + path, {
      method,
      ...(json !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
    });
    const body = (await response.json()) as { revision: number };
    return { status: response.status, revision: body.revision };
  }

  /** What the live memo of the other process resolved at a revision. */
  async function seenAt(revision: number): Promise<Watched> {
    const deadline = Date.now() + SOON_MS;
    for (;;) {
      const seen = jsonLines<Watched>(call.output).find((line) => line.revision === revision);
      if (seen) return seen;
      if (Date.now() > deadline) throw new Error(`Revision ${revision} was not seen within ${SOON_MS} ms.`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('is used by the live memo of the other one from its next resolution on', async () => {
    const path = `/v1/admin/sessions/${sessionId}/agents/FraudAgent`;
    const base = await seenAt(1);
    const set = await request('PATCH', path, { prompt: 'another prompt' });
    expect((await seenAt(set.revision)).prompt).toBe('another prompt');
    const rolled = await request('PATCH', path, { prompt: null });
    expect((await seenAt(rolled.revision)).prompt).toBe(base.prompt);
  });

  it('can be a handoff, a target of one, or an experiment', async () => {
    const led = await request('PUT', `/v1/admin/sessions/${sessionId}/handoffs/handoff_fraud_agent`, {
      target: 'CardAgent',
    });
    await seenAt(led.revision);
    const handed = await request('POST', `/v1/sessions/${sessionId}/handoffs`, { tool: 'handoff_fraud_agent' });
    expect((await seenAt(handed.revision)).active).toBe('CardAgent');
    const defined = await request('POST', '/v1/admin/experiments', {
      id: `greeting-${sessionId.slice(-8)}`,
      agent: 'Concierge',
      variants: [{ name: 'short', weight: 1, overrides: { greeting: 'Hello.' } }],
    });
    expect(defined.status).toBe(201);
    const tagged = await request('PUT', `/v1/admin/sessions/${sessionId}/experiment`, {
      experimentId: `greeting-${sessionId.slice(-8)}`,
      variant: 'short',
    });
    expect((await seenAt(tagged.revision)).greetingOfEntry).toBe('Hello.');
  });
});
