import { expectInvalid, expectProblem } from '../support/problem';
import { onEachStore, TestService } from '../support/service';

const ON = { SESSION_AGENT_OVERRIDES_ENABLED: 'true' };

onEachStore(
  'what an override may hold',
  (service) => {
    let id: string;
    beforeAll(async () => {
      id = await service().open();
    });
    const patch = (json: unknown) => service().patch(`/v1/admin/sessions/${id}/agents/FraudAgent`, json);
    const variables = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, n]));

    it('is a prompt of 32 KiB and not a byte more', async () => {
      expect((await patch({ prompt: 'é'.repeat(16 * 1024) })).status).toBe(200);
      expectInvalid(await patch({ prompt: `${'é'.repeat(16 * 1024)}x` }), '/prompt');
    });

    it('is 100 template variables and 64 tools', async () => {
      expect((await patch({ templateVars: variables(100) })).status).toBe(200);
      expectInvalid(await patch({ templateVars: variables(101) }), '/templateVars');
      expectInvalid(await patch({ tools: Array.from({ length: 65 }, (_, n) => `tool_${n}`) }), '/tools');
    });

    it('is 100 template variables even where they are merged bit by bit', async () => {
      await patch({ templateVars: null });
      expect((await patch({ templateVars: variables(80) })).status).toBe(200);
      const more = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`w${n}`, n]));
      expectInvalid(await patch({ templateVars: more }), '/templateVars');
    });

    it('is nothing where it has no members, merged or replaced', async () => {
      await patch({ prompt: null, templateVars: null, voice: null });
      expect((await patch({ voice: {} })).body).toMatchObject({ overrides: {} });
      await patch({ voice: { rate: '+1%' } });
      expect((await patch({ voice: { rate: null } })).body['overrides']).toEqual({});
      await patch({ model: { seed: 1 } });
      const replaced = await service().patch(`/v1/admin/sessions/${id}/agents/FraudAgent?mode=replace`, {
        model: {},
        templateVars: { a: null },
      });
      expect(replaced.body['overrides']).toEqual({});
    });

    it.each([
      [{ voice: { name: 'bad name!' } }, '/voice/name'],
      [{ voice: { rate: 'very fast' } }, '/voice/rate'],
      [{ voice: { colour: 'red' } }, '/voice/colour'],
      [{ model: { temperature: 3 } }, '/model/temperature'],
      [{ model: { topP: -1 } }, '/model/topP'],
      [{ model: { maxTokens: 1.5 } }, '/model/maxTokens'],
      [{ model: { deployment: '<script>' } }, '/model/deployment'],
      [{ model: { 'bad option': 1 } }, '/model/bad option'],
      [{ prompt: 7 }, '/prompt'],
      [{ prompt: {} }, '/prompt'],
      [{ tools: 'block_card' }, '/tools'],
      [{ tools: ['not a tool'] }, '/tools/0'],
      [{ tools: ['block_card', 'block_card'] }, '/tools'],
      [{ templateVars: [] }, '/templateVars'],
      [{ greeting: false }, '/greeting'],
      [{ speech: {} }, '/speech'],
      [{ prompt: 'x', note: 7 }, '/note'],
      [{}, ''],
      [{ note: 'nothing else' }, ''],
    ])('is not %j', async (json, path) => {
      expectInvalid(await patch(json), path);
    });

    it.each([[null], [[]], ['text'], [7]])('is not the body %j', async (json) => {
      expectProblem(await patch(json), 'validation_failed');
    });

    it('is a template that parses, with filters that exist: else line and column are said', async () => {
      const broken = expectProblem(await patch({ prompt: 'first\n  {{ name | nope }}' }), 'template_invalid');
      expect(broken.errors).toEqual([
        { path: '/prompt', message: expect.stringMatching(/^line 2, column \d+: .*nope/) as string },
      ]);
      const unclosed = expectProblem(await patch({ greeting: '{% if a %}' }), 'template_invalid');
      expect(unclosed.errors?.[0]).toMatchObject({
        path: '/greeting',
        message: expect.stringMatching(/^line 1/) as string,
      });
      expectProblem(await patch({ prompt: '{% include "/etc/passwd" %}' }), 'template_invalid');
    });

    it('is tools that some agent has', async () => {
      const refused = expectProblem(await patch({ tools: ['block_card', 'launch_rocket'] }), 'unknown_tool');
      expect(refused.errors).toEqual([{ path: '/tools/1', message: expect.any(String) as string }]);
    });

    it('is nothing for an agent that the session does not have', async () => {
      const answer = await service().patch(`/v1/admin/sessions/${id}/agents/Nobody`, { prompt: 'x' });
      expect(expectProblem(answer, 'agent_not_found').detail).toContain('Concierge');
    });

    it('renders within its limits, or ends with a clear error while others are served', async () => {
      await patch({ prompt: '{% for a in (1..1000) %}{% for b in (1..1000) %}{{ a }}{{ b }}{% endfor %}{% endfor %}' });
      const bomb = service().get(`/v1/sessions/${id}/agents/FraudAgent?render=true`);
      const others = await Promise.all(
        Array.from({ length: 20 }, () => service().get(`/v1/sessions/${id}/agents/Concierge?render=true`)),
      );
      expect(others.map(({ status }) => status)).toEqual(Array(20).fill(200));
      expectProblem(await bomb, 'template_failed');
      await patch({ prompt: null });
    });
  },
  { ...ON, AGENT_CHANGES_PER_MINUTE: '1000' },
);

onEachStore(
  'what a custom agent may hold',
  (service) => {
    const path = (id: string) => `/v1/admin/sessions/${id}/agents`;
    const create = (id: string, more: object) => service().post(path(id), { name: 'Mine', prompt: 'Hi.', ...more });

    it('is 32 KiB of each greeting, and 4 KiB of description', async () => {
      const id = await service().open();
      expectInvalid(await create(id, { greeting: 'x'.repeat(32 * 1024 + 1) }), '/greeting');
      expectInvalid(await create(id, { returnGreeting: 'é'.repeat(16 * 1024 + 1) }), '/returnGreeting');
      expectInvalid(await create(id, { description: 'x'.repeat(4 * 1024 + 1) }), '/description');
      const most = { returnGreeting: 'é'.repeat(16 * 1024), description: 'x'.repeat(4 * 1024) };
      expect((await create(id, most)).status).toBe(201);
    });

    it('is what an import of its export may hold too, the defaults included', async () => {
      const id = await service().open();
      const large = (bytes: number) => create(id, { metadata: { text: 'x'.repeat(bytes) } });
      let [fits, refused] = [100 * 1024, 132 * 1024];
      while (refused - fits > 1) {
        const middle = Math.floor((fits + refused) / 2);
        if ((await large(middle)).status === 201) fits = middle;
        else refused = middle;
        await service().delete(`${path(id)}/Mine`);
      }
      expect((await large(fits)).status).toBe(201);
      const { body: exported } = await service().get(`/v1/admin/sessions/${id}/agent-state`);
      expect((await service().put(`/v1/admin/sessions/${id}/agent-state`, exported)).status).toBe(200);
    });

    it('is one of 32 in a session', async () => {
      const id = await service().open();
      for (let n = 0; n < 32; n += 1) expect((await create(id, { name: `Agent ${n}` })).status).toBe(201);
      expectInvalid(await create(id, { name: 'One too many' }), '');
      const { body: exported } = await service().get(`/v1/admin/sessions/${id}/agent-state`);
      expect((await service().put(`/v1/admin/sessions/${id}/agent-state`, exported)).status).toBe(200);
    });
  },
  { ...ON, AGENT_CHANGES_PER_MINUTE: '1000' },
);

onEachStore(
  'the limit of changes a minute',
  (service) => {
    const patch = (id: string, json: unknown) => service().patch(`/v1/admin/sessions/${id}/agents/FraudAgent`, json);

    it('lets ten in, and says to the next when to come back', async () => {
      const [id, other] = [await service().open(), await service().open()];
      for (let index = 0; index < 10; index += 1) expect((await patch(id, { prompt: `${index}` })).status).toBe(200);
      const refused = await patch(id, { prompt: 'one too many' });
      expectProblem(refused, 'too_many_changes');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expectProblem(await service().delete(`/v1/admin/sessions/${id}/agents/FraudAgent`), 'too_many_changes');
      expect((await patch(other, { prompt: 'x' })).status).toBe(200);
      expect((await service().get(`/v1/admin/sessions/${id}/audit`)).status).toBe(200);
    });

    it('does not count what was refused', async () => {
      const id = await service().open();
      for (let index = 0; index < 15; index += 1) expectProblem(await patch(id, { prompt: 7 }), 'validation_failed');
      expect((await patch(id, { prompt: 'x' })).status).toBe(200);
    });
  },
  ON,
);

describe('an open tool registry', () => {
  it('takes tools that no agent has', async () => {
    const service = await TestService.start('embedded', { ...ON, AGENT_TOOLS_OPEN: 'true' });
    const id = await service.open();
    const answer = await service.patch(`/v1/admin/sessions/${id}/agents/FraudAgent`, { tools: ['launch_rocket'] });
    expect(answer.status).toBe(200);
    await service.close();
  });
});

describe('the audit trail of a session', () => {
  it('keeps the last entries, and says how many it dropped', async () => {
    const service = await TestService.start('embedded', {
      ...ON,
      AGENT_CHANGES_PER_MINUTE: '100',
      AGENT_REVISIONS_KEPT: '5',
    });
    const id = await service.open();
    const path = `/v1/admin/sessions/${id}`;
    for (let index = 1; index <= 8; index += 1)
      await service.patch(`${path}/agents/FraudAgent`, { prompt: `${index}` });
    const { body } = await service.get<{ entries: { number: number }[] }>(`${path}/audit?verify=true`);
    expect(body.entries.map(({ number }) => number)).toEqual([4, 5, 6, 7, 8]);
    expect(body).toMatchObject({ dropped: 3, verified: { whole: true, fault: null, firstBroken: null } });
    expectProblem(await service.post(`${path}/agents/FraudAgent/rollback`, { revision: 4 }), 'revision_not_found');
    expect((await service.post(`${path}/agents/FraudAgent/rollback`, { revision: 5 })).body).toMatchObject({
      overrides: { prompt: '4' },
    });
    await service.close();
  });
});
