import { expectProblem } from '../support/problem';
import { onEachStore } from '../support/service';

interface Changed {
  readonly revision: number;
  readonly overrides: Record<string, unknown>;
}

interface AgentAnswer {
  readonly prompt: string;
  readonly rendered?: string;
  readonly greeting: string;
  readonly tools: readonly string[];
  readonly voice: Record<string, unknown>;
  readonly model: Record<string, unknown>;
  readonly templateVars: Record<string, unknown>;
  readonly fields?: Record<string, { value: unknown; layer: string; revision: number | null; members?: object }>;
}

onEachStore(
  'overrides over HTTP',
  (service) => {
    const session = () => service().open({ email: 'john.smith@email.com' });
    const admin = (id: string, path: string) => `/v1/admin/sessions/${id}/${path}`;
    const patch = (id: string, json: unknown, headers: Record<string, string> = {}, query = '') =>
      service().patch<Changed & { code?: string }>(admin(id, `agents/FraudAgent${query}`), json, headers);
    const agent = async (id: string, query = '') =>
      (await service().get<AgentAnswer>(`/v1/sessions/${id}/agents/FraudAgent${query}`)).body;

    it('are what the session uses from then on, and nobody else', async () => {
      const [id, other] = [await session(), await session()];
      const before = await agent(id);
      const { status, body, headers } = await patch(id, { prompt: 'Be brief, {{ caller_name }}.', note: 'too long' });
      expect([status, body]).toEqual([200, { revision: 2, overrides: { prompt: 'Be brief, {{ caller_name }}.' } }]);
      expect(headers.get('etag')).toBe('"2"');
      expect((await agent(id, '?render=true')).rendered).toBe('Be brief, John Smith.');
      expect(await agent(other)).toEqual(before);
    });

    it('merge members of voice, model and variables, replace the rest, and are cleared by null', async () => {
      const id = await session();
      const base = await agent(id);
      await patch(id, { voice: { rate: '+10%' }, model: { temperature: 0.1 }, tools: [], greeting: '' });
      const { body } = await patch(id, { voice: { name: 'en-US-AvaNeural' }, model: { temperature: null, seed: 7 } });
      expect(body.overrides).toEqual({
        voice: { rate: '+10%', name: 'en-US-AvaNeural' },
        model: { seed: 7 },
        tools: [],
        greeting: '',
      });
      const merged = await agent(id);
      expect(merged.voice).toEqual({ ...base.voice, rate: '+10%', name: 'en-US-AvaNeural' });
      expect(merged.model).toEqual({ ...base.model, seed: 7 });
      expect([merged.tools, merged.greeting]).toEqual([[], '']);
      const cleared = await patch(id, { voice: null, model: null, tools: null, greeting: null });
      expect(cleared.body.overrides).toEqual({});
      expect(await agent(id)).toEqual(base);
    });

    it('replace the members as well where that is asked', async () => {
      const id = await session();
      await patch(id, { templateVars: { a: 1, b: 2 } });
      const { body } = await patch(id, { templateVars: { c: 3 } }, {}, '?mode=replace');
      expect(body.overrides).toEqual({ templateVars: { c: 3 } });
    });

    it('make no revision where nothing changes', async () => {
      const id = await session();
      const { body } = await patch(id, { prompt: 'x' });
      expect((await patch(id, { prompt: 'x' })).body.revision).toBe(body.revision);
    });

    it('are read back with their revision, which a change can build on', async () => {
      const id = await session();
      const path = admin(id, 'agents/FraudAgent');
      const none = await service().get(path);
      expect([none.headers.get('etag'), none.body]).toEqual([
        '"0"',
        { agent: 'FraudAgent', revision: 0, overrides: {}, modifications: 0, custom: null },
      ]);
      const first = await patch(id, { prompt: 'one' }, { 'if-match': '"0"' });
      expect(first.status).toBe(200);
      await service().apply(id, { op: 'append', agent: 'FraudAgent', role: 'user', content: 'hello' });
      expect((await patch(id, { prompt: 'two' }, { 'if-match': `"${first.body.revision}"` })).status).toBe(200);
      expectProblem(
        await patch(id, { prompt: 'late' }, { 'if-match': `"${first.body.revision}"` }),
        'revision_conflict',
      );
      expectProblem(await patch(id, { prompt: 'early' }, { 'if-match': '"999"' }), 'revision_conflict');
      expectProblem(await patch(id, { prompt: 'odd' }, { 'if-match': 'seven' }), 'validation_failed');
      expect((await service().get(path)).body).toMatchObject({ overrides: { prompt: 'two' }, modifications: 2 });
    });

    it('let exactly one of many through that build on the same revision', async () => {
      const id = await session();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => patch(id, { prompt: `text ${index}` }, { 'if-match': '"0"' })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412, 412, 412]);
    });

    it('all land, one after the other, without a revision to build on', async () => {
      const id = await session();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => patch(id, { prompt: `text ${index}` })),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
      const { body } = await service().get<{ entries: object[] }>(admin(id, 'audit?verify=true'));
      expect(body.entries).toHaveLength(8);
      expect(body).toMatchObject({ verified: { whole: true } });
    });

    it('are never undone by the conversation, nor undo it', async () => {
      const id = await session();
      await Promise.all([
        ...Array.from({ length: 6 }, (_, index) => patch(id, { templateVars: { [`v${index}`]: index } })),
        ...Array.from({ length: 30 }, (_, index) =>
          service().apply(id, { op: 'append', agent: 'FraudAgent', role: 'user', content: `message ${index}` }),
        ),
      ]);
      expect(Object.keys((await agent(id)).templateVars)).toEqual(
        expect.arrayContaining(['v0', 'v1', 'v2', 'v3', 'v4', 'v5']),
      );
      const { body } = await service().get<{ history: { FraudAgent: object[] } }>(`/v1/sessions/${id}`);
      expect(body.history.FraudAgent).toHaveLength(30);
    });

    it('say for each field which layer it comes from', async () => {
      const id = await session();
      await patch(id, { voice: { rate: '-5%' }, prompt: 'p' });
      const { fields } = await agent(id, '?explain=true');
      expect(fields?.['prompt']).toEqual({ value: 'p', layer: 'session', revision: 2 });
      expect(fields?.['voice']).toMatchObject({ layer: 'session', revision: 2 });
      expect(fields?.['voice']?.members).toMatchObject({
        rate: { value: '-5%', layer: 'session', revision: 2 },
        name: { revision: null },
      });
      expect(fields?.['name']).toMatchObject({ layer: 'agent', revision: null });
      const view = await service().get<AgentAnswer>(admin(id, 'agents/FraudAgent?explain=true'));
      expect(view.body.fields).toEqual(fields);
    });

    it('go back to base, one agent or all', async () => {
      const id = await session();
      const base = await agent(id);
      await patch(id, { prompt: 'x', tools: [] });
      const reset = await service().delete<Changed>(admin(id, 'agents/FraudAgent'));
      expect([reset.status, reset.body]).toEqual([200, { revision: 3, overrides: {} }]);
      await patch(id, { prompt: 'y' });
      await service().put(admin(id, 'handoffs/handoff_card_agent'), { target: 'FraudAgent' });
      await service().apply(id, { op: 'setActiveAgent', agent: 'FraudAgent' });
      await service().delete(admin(id, 'agents'));
      expect(await agent(id)).toEqual(base);
      const handoff = await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_card_agent' });
      expect(handoff.body).toMatchObject({ from: 'FraudAgent', to: 'CardAgent' });
    });

    it('can be rolled back to any kept revision, which is a revision itself', async () => {
      const id = await session();
      const first = await patch(id, { prompt: 'one', tools: [] });
      await service().apply(id, { op: 'setContext', key: 'k', value: 1 });
      await patch(id, { prompt: 'two', voice: { rate: '+5%' }, tools: null });
      await patch(id, { greeting: 'hi' });
      const path = admin(id, 'agents/FraudAgent');
      const { status, body } = await service().post<Changed>(`${path}/rollback`, {
        revision: first.body.revision,
        note: 'it was better before',
      });
      expect([status, body]).toEqual([200, { revision: 6, overrides: { prompt: 'one', tools: [] } }]);
      const { body: list } = await service().get<{ revisions: Record<string, unknown>[] }>(`${path}/revisions`);
      expect(list.revisions.map(({ revision, action }) => [revision, action])).toEqual([
        [2, 'override'],
        [4, 'override'],
        [5, 'override'],
        [6, 'rollback'],
      ]);
      expect(list.revisions.at(-1)).toMatchObject({
        actor: 'local',
        source: 'admin',
        note: 'it was better before',
        target: 2,
        before: { prompt: 'two', voice: { rate: '+5%' }, greeting: 'hi', tools: null },
        after: { prompt: 'one', voice: null, greeting: null, tools: [] },
      });
      const unknown = await service().post(`${path}/rollback`, { revision: 7 });
      expectProblem(unknown, 'revision_not_found');
      expect(unknown.body['detail']).toContain('2, 4, 5, 6');
      // A revision of the conversation: the agent was then as revision 2 had left it.
      const spoken = await service().post<Changed>(`${path}/rollback`, { revision: 3 });
      expect(spoken.body.overrides).toEqual({ prompt: 'one', tools: [] });
    });

    it('show what changed in the prompt', async () => {
      const id = await session();
      await patch(id, { prompt: 'first line\nsecond line\n' });
      await patch(id, { prompt: 'first line\nanother line\n' });
      await patch(id, { tools: [] });
      const path = admin(id, 'agents/FraudAgent/revisions?diff=true');
      const { body } = await service().get<{ revisions: { promptDiff: string | null }[] }>(path);
      expect(body.revisions[1]?.promptDiff).toContain('-second line\n+another line');
      expect(body.revisions[2]?.promptDiff).toBeNull();
    });

    it('leave on record who changed what, when and from where', async () => {
      const id = await session();
      await patch(id, { prompt: 'x', note: 'why not' });
      const { body } = await service().get<{ entries: Record<string, unknown>[] }>(admin(id, 'audit'));
      expect(body).toMatchObject({ dropped: 0 });
      expect(body).not.toHaveProperty('verified');
      expect(body.entries).toHaveLength(1);
      expect(body.entries[0]).toMatchObject({
        number: 1,
        revision: 2,
        actor: 'local',
        source: 'admin',
        action: 'override',
        agent: 'FraudAgent',
        note: 'why not',
        before: { prompt: null },
        after: { prompt: 'x' },
      });
      expect(body.entries[0]?.['at']).toBeCloseTo(Date.now() / 1000, -1);
    });
  },
  { SESSION_AGENT_OVERRIDES_ENABLED: 'true', AGENT_CHANGES_PER_MINUTE: '1000' },
);
