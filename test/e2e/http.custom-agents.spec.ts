import { expectInvalid, expectProblem } from '../support/problem';
import { onEachStore } from '../support/service';

onEachStore(
  "a session's own agents, handoffs and experiment over HTTP",
  (service) => {
    const session = () => service().open();
    const admin = (id: string, path: string) => `/v1/admin/sessions/${id}/${path}`;
    const RETENTION = {
      name: 'RetentionAgent',
      prompt: 'Keep {{ caller_name | default: "the caller" }}.',
      greeting: 'Before you go …',
      handoff: { trigger: 'handoff_retention' },
      tools: ['schedule_callback', 'handoff_concierge'],
      voice: { rate: '-5%' },
      note: 'a caller who wants to leave',
    };

    it('are added, reached by their own trigger, changed and removed', async () => {
      const id = await session();
      const created = await service().post<{ revision: number; agent: { name: string } }>(
        admin(id, 'agents'),
        RETENTION,
      );
      expect([created.status, created.body.revision, created.body.agent.name]).toEqual([201, 2, 'RetentionAgent']);
      const handoff = await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_retention' });
      expect(handoff.body).toMatchObject({ to: 'RetentionAgent' });
      await service().patch(admin(id, 'agents/retentionagent'), { voice: { name: 'ava' } });
      const path = `/v1/sessions/${id}/agents/RetentionAgent?render=true&explain=true`;
      const { body } = await service().get<Record<string, unknown>>(path);
      expect(body).toMatchObject({ voice: { name: 'ava', rate: '-5%' }, rendered: 'Keep the caller.' });
      expect(body['fields']).toMatchObject({ prompt: { layer: 'session', revision: 2 } });
      const removed = await service().delete(admin(id, 'agents/RetentionAgent'));
      expect(removed.status).toBe(200);
      expectProblem(await service().get(`/v1/sessions/${id}/agents/RetentionAgent`), 'agent_not_found');
      expectProblem(
        await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_retention' }),
        'handoff_not_found',
      );
      const back = await service().post(admin(id, 'agents/RetentionAgent/rollback'), { revision: 2 });
      expect(back.status).toBe(200);
      expect((await service().get(`/v1/sessions/${id}/agents/RetentionAgent`)).status).toBe(200);
    });

    it('come back with the handoffs that went with them, and lead nowhere when they are gone', async () => {
      const id = await session();
      const agent = admin(id, 'agents/RetentionAgent');
      await service().post(admin(id, 'agents'), RETENTION);
      const led = await service().put<{ revision: number }>(admin(id, 'handoffs/go_home'), {
        target: 'RetentionAgent',
      });
      const gone = await service().delete<{ revision: number }>(agent);
      await service().post(`${agent}/rollback`, { revision: led.body.revision });
      const back = await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'go_home' });
      expect(back.body).toMatchObject({ to: 'RetentionAgent' });
      await service().post(`${agent}/rollback`, { revision: gone.body.revision });
      expectProblem(await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'go_home' }), 'handoff_not_found');
      expectProblem(await service().post(`${admin(id, 'agents/Nobody')}/rollback`, { revision: 1 }), 'agent_not_found');
      const { body } = await service().get(admin(id, 'audit?verify=true'));
      expect(body).toMatchObject({ verified: { whole: true } });
    });

    it('belong to one session alone', async () => {
      const [id, other] = [await session(), await session()];
      await service().post(admin(id, 'agents'), RETENTION);
      expectProblem(await service().get(`/v1/sessions/${other}/agents/RetentionAgent`), 'agent_not_found');
    });

    it('cannot take the name or the trigger of another', async () => {
      const id = await session();
      expectProblem(await service().post(admin(id, 'agents'), { ...RETENTION, name: 'concierge' }), 'agent_exists');
      const taken = { ...RETENTION, handoff: { trigger: 'handoff_fraud_agent' } };
      expectProblem(await service().post(admin(id, 'agents'), taken), 'handoff_taken');
    });

    it('are refused without a name or a prompt, with unknown fields and with a broken template', async () => {
      const id = await session();
      expectInvalid(await service().post(admin(id, 'agents'), {}), '/name', '/prompt');
      expectInvalid(await service().post(admin(id, 'agents'), { ...RETENTION, colour: 'red' }), '/colour');
      expectInvalid(
        await service().post(admin(id, 'agents'), { ...RETENTION, model: { temperature: 9 } }),
        '/model/temperature',
      );
      const broken = await service().post(admin(id, 'agents'), { ...RETENTION, greeting: '{% if %}' });
      expect(expectProblem(broken, 'template_invalid').errors?.[0]?.path).toBe('/greeting');
    });

    it('cannot be where calls begin', async () => {
      const id = await session();
      const handoff = { trigger: 'handoff_retention', isEntryPoint: true };
      expectInvalid(await service().post(admin(id, 'agents'), { ...RETENTION, handoff }), '/handoff/isEntryPoint');
      const said = { ...RETENTION, handoff: { isEntryPoint: false } };
      expectInvalid(await service().post(admin(id, 'agents'), said), '/handoff/isEntryPoint');
    });

    it('lead a handoff elsewhere, and back', async () => {
      const id = await session();
      const tool = admin(id, 'handoffs/handoff_fraud_agent');
      const led = await service().put(tool, { target: 'cardagent' });
      expect([led.status, led.body]).toEqual([200, { revision: 2, tool: 'handoff_fraud_agent', target: 'CardAgent' }]);
      const handoff = await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_fraud_agent' });
      expect(handoff.body).toMatchObject({ to: 'CardAgent' });
      const back = await service().delete(tool);
      expect(back.body).toMatchObject({ target: 'FraudAgent' });
      expectProblem(await service().put(tool, { target: 'Nobody' }), 'agent_not_found');
      expectInvalid(await service().put(tool, {}), '/target');
    });

    it('can be led to by tools of any name', async () => {
      const id = await session();
      const led = await service().put(admin(id, 'handoffs/ask_a_specialist'), { target: 'FraudAgent' });
      expect(led.status).toBe(200);
      const handoff = await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'ask_a_specialist' });
      expect(handoff.body).toMatchObject({ to: 'FraudAgent' });
      expectProblem(
        await service().put(admin(id, 'handoffs/not%20a%20tool'), { target: 'FraudAgent' }),
        'validation_failed',
      );
    });

    it('are tagged with an experiment, which stays through a reset', async () => {
      const id = await session();
      const path = admin(id, 'experiment');
      expect((await service().get(path)).body).toMatchObject({ variant: null, reason: 'DEFAULT' });
      const tag = { experimentId: 'greeting-2026', variant: 'short' };
      const tagged = await service().put(path, tag);
      expect([tagged.status, tagged.body]).toEqual([200, { ...tag, reason: 'STATIC', revision: 2 }]);
      await service().delete(admin(id, 'agents'));
      expect((await service().get(path)).body).toMatchObject({ ...tag, reason: 'STATIC' });
      expect((await service().delete(path)).status).toBe(200);
      expect((await service().get(path)).body).toMatchObject({ variant: null });
      expectInvalid(await service().put(path, { experimentId: 'x' }), '/variant');
    });

    it('move to another session as JSON', async () => {
      const [id, other] = [await session(), await session()];
      await service().post(admin(id, 'agents'), RETENTION);
      await service().patch(admin(id, 'agents/FraudAgent'), { prompt: 'brief', tools: [], voice: { rate: '+1%' } });
      await service().put(admin(id, 'handoffs/handoff_fraud_agent'), { target: 'RetentionAgent' });
      await service().put(admin(id, 'experiment'), { experimentId: 'e', variant: 'v' });
      await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_fraud_agent' });
      const { body: exported } = await service().get(admin(id, 'agent-state'));
      await service().patch(admin(other, 'agents/CardAgent'), { prompt: 'goes away' });
      const imported = await service().put(admin(other, 'agent-state'), exported);
      expect([imported.status, Object.keys(imported.body)]).toEqual([200, ['revision']]);
      const { body: again } = await service().get(admin(other, 'agent-state'));
      expect({ ...again, visitedAgents: exported['visitedAgents'] }).toEqual(exported);
      const { body: audit } = await service().get<{ entries: object[] }>(admin(other, 'audit?verify=true'));
      expect(audit).toMatchObject({ verified: { whole: true } });
      expect(audit.entries.at(-1)).toMatchObject({ source: 'import', action: 'import' });
    });

    it('move to another session with all that they know of each other', async () => {
      const [id, other] = [await session(), await session()];
      await service().put(admin(id, 'handoffs/ask_a_specialist'), { target: 'FraudAgent' });
      const tools = ['ask_a_specialist'];
      expect((await service().post(admin(id, 'agents'), { ...RETENTION, tools })).status).toBe(201);
      const { body: exported } = await service().get<object>(admin(id, 'agent-state'));
      const imported = await service().put(admin(other, 'agent-state'), { ...exported, note: 'a copy' });
      expect([imported.status, imported.body]).toEqual([200, { revision: 2 }]);
      expect((await service().get(admin(other, 'agent-state'))).body).toEqual(exported);
    });

    it('are taken over from an older service', async () => {
      const id = await session();
      const registry = {
        agents: {
          FraudAgent: {
            prompt_override: 'Be brief, {{ caller_name }}.',
            voice_override: { name: 'en-US-AvaNeural', rate: '+10%' },
            model_override: { deployment_id: 'large', top_p: 0.5 },
            tool_names_override: ['block_card'],
            template_vars_override: { tone: 'calm' },
            greeting_override: null,
            source: 'api',
            modification_count: 2,
          },
        },
        handoff_map: { handoff_fraud_agent: 'FraudAgent' },
        active_agent: 'FraudAgent',
        experiment_id: 'exp-001',
        variant: 'treatment',
      };
      expect((await service().put(admin(id, 'agent-state'), registry)).status).toBe(200);
      const { body } = await service().get(admin(id, 'agents/FraudAgent'));
      expect(body['overrides']).toEqual({
        prompt: 'Be brief, {{ caller_name }}.',
        voice: { name: 'en-US-AvaNeural', rate: '+10%' },
        model: { deployment: 'large', topP: 0.5 },
        tools: ['block_card'],
        templateVars: { tone: 'calm' },
      });
      expect((await service().get(`/v1/sessions/${id}`)).body).toMatchObject({ activeAgent: 'FraudAgent' });
      expect((await service().get(admin(id, 'experiment'))).body).toMatchObject({ variant: 'treatment' });
    });

    it.each([
      ['nothing of the kind', { hello: 'world' }],
      ['a broken template', { agents: { FraudAgent: { prompt_override: '{{ x | nope }}' } }, handoff_map: {} }],
      ['an unknown target', { agents: {}, handoff_map: { handoff_x: 'Nobody' } }],
      ['a list', []],
    ])('are not taken over from %s', async (_what, exported) => {
      const id = await session();
      const { status } = await service().put(admin(id, 'agent-state'), exported);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect((await service().get<{ entries: object[] }>(admin(id, 'audit'))).body.entries).toEqual([]);
    });

    const EXPORT = { format: 'parley.session-agents/1' };
    const EXPERIMENT = { experimentId: 'e', variant: 'v', reason: 'SPLIT', agent: 'fraudagent' };
    const put = (id: string, more: object) => service().put(admin(id, 'agent-state'), { ...EXPORT, ...more });

    it('are taken over without what is null, of overrides as of a variant', async () => {
      const id = await session();
      const overrides = { prompt: null, greeting: null, voice: { rate: null, pitch: '+1%' }, model: { seed: null } };
      const answer = await put(id, { overrides: { CardAgent: overrides }, experiment: { ...EXPERIMENT, overrides } });
      expect(answer.status).toBe(200);
      expect((await service().get(admin(id, 'agent-state'))).body).toMatchObject({
        overrides: { cardagent: { voice: { pitch: '+1%' } } },
        experiment: { ...EXPERIMENT, agent: 'FraudAgent', overrides: { voice: { pitch: '+1%' } } },
      });
      const rendered = await service().get<{ voice: object }>(`/v1/sessions/${id}/agents/FraudAgent?render=true`);
      expect(rendered.status).toBe(200);
      expect(rendered.body.voice).toMatchObject({ name: expect.any(String) as string, pitch: '+1%' });
      for (const agent of ['CardAgent', 'FraudAgent']) {
        const { body } = await service().get<Record<string, object>>(`/v1/sessions/${id}/agents/${agent}`);
        expect(JSON.stringify(body['voice'])).not.toContain('null');
      }
    });

    it.each<[string, object, string]>([
      ['a reason of its own', { reason: 'FOO' }, '/experiment/reason'],
      ['no variant', { variant: '' }, '/experiment/variant'],
      ['an id that is too long', { experimentId: 'x'.repeat(65) }, '/experiment/experimentId'],
      ['an agent that is no name', { agent: 7 }, '/experiment/agent'],
      ['an unknown field', { colour: 'red' }, '/experiment/colour'],
      ['overrides of nobody', { agent: undefined, overrides: { prompt: 'x' } }, '/experiment/overrides'],
      ['a wrong override', { overrides: { voice: { rate: 'very fast' } } }, '/experiment/overrides/voice/rate'],
    ])('are not taken over with an experiment that has %s', async (_what, more, path) => {
      expectInvalid(await put(await session(), { experiment: { ...EXPERIMENT, ...more } }), path);
    });

    it('are not taken over with a variant of an unknown agent, or with unknown tools', async () => {
      const id = await session();
      expectProblem(await put(id, { experiment: { ...EXPERIMENT, agent: 'Nobody' } }), 'agent_not_found');
      const overrides = { tools: ['block_card', 'launch_rocket'] };
      const unknown = expectProblem(await put(id, { experiment: { ...EXPERIMENT, overrides } }), 'unknown_tool');
      expect(unknown.errors?.map(({ path }) => path)).toEqual(['/experiment/overrides/tools/1']);
      expectProblem(await put(id, { overrides: { FraudAgent: overrides } }), 'unknown_tool');
      expectProblem(await put(id, { overrides: { Nobody: { prompt: 'x' } } }), 'agent_not_found');
    });

    it.each<[string, object, string]>([
      ['an active agent that is no name', { activeAgent: 'line\nbreak' }, '/activeAgent'],
      ['an active agent with a long name', { activeAgent: 'x'.repeat(257) }, '/activeAgent'],
      ['an active agent that is none', { activeAgent: 7 }, '/activeAgent'],
      ['visited agents that are no list', { visitedAgents: 'FraudAgent' }, '/visitedAgents'],
      ['a visited agent that is no name', { visitedAgents: ['FraudAgent', 7] }, '/visitedAgents/1'],
      ['a visited agent with a long name', { visitedAgents: ['x'.repeat(257)] }, '/visitedAgents/0'],
      ['too many visited agents', { visitedAgents: Array.from({ length: 129 }, (_, n) => `a${n}`) }, '/visitedAgents'],
    ])('are not taken over with %s', async (_what, more, path) => {
      expectInvalid(await put(await session(), more), path);
    });

    it('are not taken over where two are reached by one trigger or have one name', async () => {
      const id = await session();
      const { note: _note, ...retention } = RETENTION;
      const other = { ...retention, name: 'Other' };
      const taken = expectProblem(await put(id, { customAgents: [retention, other] }), 'handoff_taken');
      expect(taken.errors?.[0]?.path).toBe('/customAgents/1/handoff/trigger');
      const ofBase = { ...retention, handoff: { trigger: 'handoff_fraud_agent' } };
      expectProblem(await put(id, { customAgents: [ofBase] }), 'handoff_taken');
      const named = { ...other, name: 'RETENTIONAGENT', handoff: {} };
      const same = expectProblem(await put(id, { customAgents: [retention, named] }), 'agent_exists');
      expect(same.errors?.[0]?.path).toBe('/customAgents/1/name');
      expectProblem(await put(id, { customAgents: [{ ...retention, name: 'concierge' }] }), 'agent_exists');
    });

    it('go back together to what they were', async () => {
      const id = await session();
      await service().patch(admin(id, 'agents/FraudAgent'), { prompt: 'one' });
      await service().put(admin(id, 'handoffs/handoff_fraud_agent'), { target: 'CardAgent' });
      await service().patch(admin(id, 'agents/CardAgent'), { prompt: 'two' });
      const rolled = await service().post(admin(id, 'rollback'), { revision: 2 });
      expect([rolled.status, rolled.body]).toEqual([200, { revision: 5 }]);
      const { body } = await service().get(admin(id, 'agent-state'));
      expect(body).toMatchObject({ overrides: { fraudagent: { prompt: 'one' } }, handoffs: {} });
    });
  },
  { SESSION_AGENT_OVERRIDES_ENABLED: 'true', AGENT_CHANGES_PER_MINUTE: '1000' },
);
