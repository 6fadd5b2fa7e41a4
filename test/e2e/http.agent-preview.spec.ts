import { expectProblem } from '../support/problem';
import { onEachStore } from '../support/service';

interface PreviewAnswer {
  readonly revision: number;
  readonly base: Record<string, unknown>;
  readonly current: Record<string, unknown>;
  readonly changed: Record<string, unknown> | null;
  readonly overrides: Record<string, unknown> | null;
  readonly rendered: { readonly prompt: string | null; readonly greeting: string | null } | null;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

onEachStore(
  'the preview of a change over HTTP',
  (service) => {
    const session = () => service().open({ email: 'john.smith@email.com' });
    const admin = (id: string) => `/v1/admin/sessions/${id}/agents/FraudAgent`;
    const preview = (id: string, json: unknown, query = '') =>
      service().post<PreviewAnswer>(`${admin(id)}/preview${query}`, json);

    it('shows the agent as it would be, rendered with the data of the session, and changes nothing', async () => {
      const id = await session();
      const { status, body } = await preview(id, {
        prompt: 'Be brief, {{ caller_name }}.',
        greeting: 'Hi {{ caller_name }}',
        voice: { rate: '+10%' },
      });
      expect(status).toBe(200);
      expect(body.rendered).toEqual({ prompt: 'Be brief, John Smith.', greeting: 'Hi John Smith' });
      expect(body.changed).toMatchObject({ prompt: 'Be brief, {{ caller_name }}.', voice: { rate: '+10%' } });
      expect(body.current).toEqual(body.base);
      expect([body.revision, body.issues]).toEqual([0, []]);
      const { body: after } = await service().get<{ revision: number }>(admin(id));
      expect(after.revision).toBe(0);
      expect((await service().get<{ entries: unknown[] }>(`/v1/admin/sessions/${id}/audit`)).body.entries).toEqual([]);
    });

    it('lays the change over what is overridden already, or puts it in its place', async () => {
      const id = await session();
      await service().patch(admin(id), { prompt: 'First.', templateVars: { a: 1 } });
      const merged = await preview(id, { templateVars: { b: 2 } });
      expect(merged.body.overrides).toEqual({ prompt: 'First.', templateVars: { a: 1, b: 2 } });
      expect(merged.body.current).toMatchObject({ prompt: 'First.' });
      expect(merged.body.base['prompt']).not.toBe('First.');
      const replaced = await preview(id, { templateVars: { b: 2 }, prompt: null }, '?mode=replace');
      expect(replaced.body.overrides).toEqual({ templateVars: { b: 2 } });
      expect(replaced.body.changed?.['prompt']).toBe(replaced.body.base['prompt']);
    });

    it('shows what stands where nothing is to be changed', async () => {
      const id = await session();
      const { body } = await preview(id, {});
      expect(body.changed).toEqual(body.current);
      expect(body.rendered?.prompt).toContain('John');
    });

    it('tells of every field why it would be refused, and the places in the templates', async () => {
      const id = await session();
      const { status, body } = await preview(id, {
        prompt: 'one\ntwo {% if %}',
        greeting: '{{ caller_name | nope }}',
        model: { temperature: 9 },
        colour: 'red',
      });
      expect([status, body.changed, body.rendered]).toEqual([200, null, null]);
      expect(body.issues.map(({ path }) => path).sort()).toEqual([
        '/colour',
        '/greeting',
        '/model/temperature',
        '/prompt',
      ]);
      expect(body.issues.find(({ path }) => path === '/prompt')?.message).toMatch(/^line 2, column/);
      expect((await preview(id, { tools: ['no_such_tool'] })).body.issues).toEqual([
        { path: '/tools/0', message: 'is not a known tool' },
      ]);
    });

    it('tells of a template that is right and fails with the data of the session', async () => {
      const id = await session();
      const { body } = await preview(id, {
        prompt: 'x{% for a in (1..9999) %}{% for b in (1..9999) %}y{% endfor %}{% endfor %}',
      });
      expect(body.rendered?.prompt).toBeNull();
      expect(body.issues).toEqual([{ path: '/prompt', message: expect.any(String) as string }]);
      expect(body.changed).not.toBeNull();
    });

    it('is of an agent and a session that there are', async () => {
      const id = await session();
      expectProblem(await service().post(`/v1/admin/sessions/${id}/agents/Nobody/preview`, {}), 'agent_not_found');
      expectProblem(await preview('nowhere', {}), 'session_not_found');
      expectProblem(await preview(id, []), 'validation_failed');
    });
  },
  { SESSION_AGENT_OVERRIDES_ENABLED: 'true' },
);
