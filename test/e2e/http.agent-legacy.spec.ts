import { Redis } from 'ioredis';
import { testRedisUrl, uniquePrefix } from '../support/test-redis';
import { TestService } from '../support/service';

/** As an older service stores it. */
const CORE = {
  active_agent: 'Concierge',
  agent_registry: {
    agents: {
      FraudAgent: {
        prompt_override: 'Be brief, {{ caller_name }}.',
        voice_override: { name: 'en-US-AvaNeural', style: null, rate: '+10%', display_name: 'Ava' },
        modification_count: 2,
      },
      Ghost: { prompt_override: 'Boo.', greeting_override: 'Boo!' },
    },
    handoff_map: { handoff_card_agent: 'FraudAgent' },
    experiment_id: 'exp-001',
    variant: 'treatment',
  },
};

describe('the agents of a session of an older service', () => {
  let service: TestService;
  let redis: Redis;
  let unique = 0;
  const prefix = uniquePrefix();
  beforeAll(async () => {
    redis = new Redis(testRedisUrl());
    service = await TestService.start('redis', { KEY_PREFIX: prefix, SESSION_AGENT_OVERRIDES_ENABLED: 'true' });
  });
  afterAll(async () => {
    await service.close();
    redis.disconnect();
  });

  const legacy = async (): Promise<string> => {
    const id = `older-${(unique += 1)}`;
    await redis.hset(`${prefix}${id}`, { corememory: JSON.stringify(CORE), chat_history: '{}' });
    return id;
  };

  it('are in effect before anything is written, and after the conversation has gone on', async () => {
    const id = await legacy();
    const agent = async () =>
      (await service.get<{ prompt: string; voice: object }>(`/v1/sessions/${id}/agents/FraudAgent`)).body;
    const before = await agent();
    expect(before.prompt).toBe('Be brief, {{ caller_name }}.');
    expect(before.voice).toMatchObject({ name: 'en-US-AvaNeural', rate: '+10%', style: 'serious' });
    expect(before.voice).not.toHaveProperty('display_name');
    await service.apply(id, { op: 'append', agent: 'FraudAgent', role: 'user', content: 'hello' });
    expect(await agent()).toEqual(before);
    const handoff = await service.post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_card_agent' });
    expect(handoff.body).toMatchObject({ from: 'Concierge', to: 'FraudAgent' });
  });

  it('come into the form of today with their first change, on record', async () => {
    const id = await legacy();
    const path = `/v1/admin/sessions/${id}`;
    const patched = await service.patch<{ overrides: object }>(`${path}/agents/FraudAgent`, { greeting: 'hi' });
    expect(patched.body.overrides).toEqual({
      prompt: 'Be brief, {{ caller_name }}.',
      voice: { name: 'en-US-AvaNeural', rate: '+10%' },
      greeting: 'hi',
    });
    const { body } = await service.get<{ entries: object[] }>(`${path}/audit?verify=true`);
    expect(body).toMatchObject({ verified: { whole: true } });
    expect(body.entries).toMatchObject([
      { number: 1, action: 'import', source: 'import' },
      { number: 2, action: 'override', agent: 'FraudAgent', after: { greeting: 'hi' } },
    ]);
    expect((await service.get(`${path}/experiment`)).body).toMatchObject({ variant: 'treatment' });
    expect((await service.get(`${path}/agents/FraudAgent`)).body).toMatchObject({ modifications: 3 });
  });

  it('do not stand in the way of a change by what nobody knows any more', async () => {
    const id = await legacy();
    const path = `/v1/admin/sessions/${id}/agents/FraudAgent`;
    const { status, body } = await service.patch<{ overrides: object }>(path, { voice: { pitch: '+1%' } });
    expect([status, body.overrides]).toEqual([
      200,
      {
        prompt: 'Be brief, {{ caller_name }}.',
        voice: { name: 'en-US-AvaNeural', rate: '+10%', pitch: '+1%' },
      },
    ]);
  });

  it('do not come back to life in a new agent of the same name', async () => {
    const id = await legacy();
    const created = await service.post(`/v1/admin/sessions/${id}/agents`, { name: 'Ghost', prompt: 'Be kind.' });
    expect(created.status).toBe(201);
    const { body } = await service.get<{ prompt: string; greeting: string }>(`/v1/sessions/${id}/agents/Ghost`);
    expect([body.prompt, body.greeting]).toEqual(['Be kind.', '']);
    const view = await service.get(`/v1/admin/sessions/${id}/agents/Ghost`);
    expect(view.body).toMatchObject({ overrides: {} });
  });

  it('cannot be written through the conversation', async () => {
    const id = await service.open({ context: { agent_registry: CORE.agent_registry } });
    await service.apply(id, { op: 'setContext', key: 'agent_registry', value: CORE.agent_registry });
    const { body } = await service.get<{ prompt: string }>(`/v1/sessions/${id}/agents/FraudAgent`);
    expect(body.prompt).not.toContain('Be brief');
  });
});
