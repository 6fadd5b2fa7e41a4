import SwaggerParser from '@apidevtools/swagger-parser';
import Ajv2020 from 'ajv/dist/2020';
import type { Experiment } from '../../src/session-agents/experiments/experiment';
import type { VariantResults } from '../../src/session-agents/experiments/experiment-results';
import { expectInvalid, expectProblem } from '../support/problem';
import { type Answer, onEachStore } from '../support/service';

const ROUTE = '/v1/admin/experiments';
const ON = { SESSION_AGENT_OVERRIDES_ENABLED: 'true' };

interface Results {
  readonly experimentId: string;
  readonly variants: readonly VariantResults[];
}

let unique = 0;
const newId = () => `greeting-${(unique += 1)}`;

function definition(id: string, members: object = {}): object {
  const greeting = 'Good morning, {{ caller_name }}.';
  return { id, agent: 'concierge', variants: [{ name: 'warm', weight: 1, overrides: { greeting } }], ...members };
}

onEachStore(
  'experiments over HTTP',
  (service) => {
    const create = (members: object = {}, id = newId()) => service().post<Experiment>(ROUTE, definition(id, members));
    const patch = (id: string, json: object, headers: Record<string, string> = {}) =>
      service().request<Experiment>('PATCH', `${ROUTE}/${id}`, { json, headers });
    const results = async (id: string) => (await service().get<Results>(`${ROUTE}/${id}/results`)).body;
    /** Experiments of other tests must not take the sessions of this one. */
    const end = (id: string) => patch(id, { status: 'ended' });

    it('are defined, found, listed, changed and removed', async () => {
      const id = newId();
      const created = await create({ description: 'x', note: 'a try' }, id);
      expect(created.status).toBe(201);
      expect(created.headers.get('etag')).toBe('"1"');
      expect(created.body).toMatchObject({ id, agent: 'Concierge', control: 'warm', status: 'draft', version: 1 });
      expect(created.body.history).toMatchObject([
        { actor: 'local', source: 'admin', action: 'create', note: 'a try' },
      ]);
      const found = await service().get<Experiment>(`${ROUTE}/${id}`);
      expect([found.headers.get('etag'), found.body]).toEqual(['"1"', created.body]);
      const { history: _history, ...listed } = created.body;
      const { body } = await service().get<{ experiments: Experiment[] }>(ROUTE);
      expect(body.experiments.filter((experiment) => experiment.id === id)).toEqual([listed]);
      const changed = await patch(id, { traffic: 0.5 });
      expect([changed.status, changed.headers.get('etag'), changed.body.traffic]).toEqual([200, '"2"', 0.5]);
      expect((await service().delete(`${ROUTE}/${id}`)).status).toBe(204);
      expectProblem(await service().get(`${ROUTE}/${id}`), 'experiment_not_found');
    });

    it('give new sessions their variant, and show what it does', async () => {
      const { body } = await create({ status: 'running' });
      const sessionId = await service().open();
      const { body: agent } = await service().get(`/v1/sessions/${sessionId}/agents/Concierge`);
      expect(agent).toMatchObject({ greeting: 'Good morning, {{ caller_name }}.' });
      await service().apply(
        sessionId,
        { op: 'append', agent: 'Concierge', role: 'user', content: 'Hello' },
        { op: 'recordLatency', stage: 'llm', seconds: 0.5 },
      );
      let result: VariantResults | undefined;
      for (let turn = 0; turn < 200 && (result?.turns ?? 0) === 0; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        result = (await results(body.id)).variants[0];
      }
      expect(result).toMatchObject({ name: 'warm', sessions: 1, turns: 1, stages: { llm: { count: 1 } } });
      await end(body.id);
    });

    it('let an admin put a session into a variant', async () => {
      const { body } = await create();
      const sessionId = await service().open();
      const tag = { experimentId: body.id, variant: 'warm' };
      const path = `/v1/admin/sessions/${sessionId}/experiment`;
      expectInvalid(await service().put(path, { ...tag, variant: 'cold' }), '/variant');
      expect((await service().put(path, tag)).status).toBe(200);
      expect((await service().get(path)).body).toMatchObject({ ...tag, reason: 'STATIC' });
      const { body: agent } = await service().get(`/v1/sessions/${sessionId}/agents/Concierge`);
      expect(agent).toMatchObject({ greeting: 'Good morning, {{ caller_name }}.' });
    });

    it('are refused where they are wrong', async () => {
      const { body } = await create();
      expectProblem(await create({}, body.id), 'experiment_exists');
      expectProblem(await create({ agent: 'Nobody' }), 'agent_not_found');
      expectInvalid(await create({ traffic: 2, more: 1 }), '/more');
      expectInvalid(await create({ variants: [{ name: 'a', weight: 0 }] }), '/variants/0/weight');
      const variants = (overrides: object) => ({ variants: [{ name: 'a', weight: 1, overrides }] });
      expectInvalid(await create(variants({ prompt: 5 })), '/variants/0/overrides/prompt');
      expectProblem(await create(variants({ prompt: '{% if %}' })), 'template_invalid');
      const unknown = expectProblem(await create(variants({ tools: ['no_such_tool'] })), 'unknown_tool');
      expect(unknown.errors?.[0]?.path).toMatch(/^\/variants\/0\/overrides\/tools/);
      expect((await create(variants({}))).status).toBe(201);
      expectProblem(await patch(newId(), {}), 'experiment_not_found');
    });

    it('are changed by whoever has seen the version that there is', async () => {
      const { id } = (await create()).body;
      expect((await patch(id, { description: 'two' }, { 'if-match': '"1"' })).status).toBe(200);
      expectProblem(await patch(id, { description: 'x' }, { 'if-match': '"1"' }), 'revision_conflict');
      expect((await patch(id, { description: 'three' }, { 'if-match': '2' })).status).toBe(200);
      expect((await patch(id, { description: 'four' }, { 'if-match': '*' })).body.version).toBe(4);
      const stale = await service().request('DELETE', `${ROUTE}/${id}`, { headers: { 'if-match': '"1"' } });
      expectProblem(stale, 'revision_conflict');
    });

    it('are locked once they have started', async () => {
      const { id } = (await create({ status: 'running' })).body;
      expectProblem(await patch(id, { variants: [{ name: 'other', weight: 1 }] }), 'experiment_locked');
      expectProblem(await service().delete(`${ROUTE}/${id}`), 'experiment_locked');
      await end(id);
      expectProblem(await patch(id, { status: 'running' }), 'experiment_locked');
    });

    it('answer as the OpenAPI document says', async () => {
      const ajv = new Ajv2020({ strict: false, validateFormats: false });
      const { body } = await service().get('/docs-json');
      const { paths } = (await SwaggerParser.dereference(body as never)) as unknown as {
        paths: Record<
          string,
          Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
        >;
      };
      const expectDocumented = ({ status, headers, body: answer }: Answer<unknown>, method: string, path: string) => {
        const response = paths[path]?.[method]?.responses[String(status)];
        const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
        const schema = response?.content?.[type]?.schema;
        const errors = schema && !ajv.validate(schema, answer) ? ajv.errors : [];
        expect({ method, path, status, documented: response !== undefined, errors }).toMatchObject({
          documented: true,
          errors: [],
        });
        if (answer !== undefined) expect(schema).toBeDefined();
      };
      const guardRails = [
        { stage: 'llm', bound: 2, ratioToControl: 1.5, minSamples: 5 },
        { metric: 'interruptionRate', bound: 1, minSamples: 5 },
      ];
      const id = newId();
      expectDocumented(await create({ guardRails }, id), 'post', ROUTE);
      expectDocumented(await create({}, id), 'post', ROUTE);
      expectDocumented(await create({ agent: 5 }), 'post', ROUTE);
      expectDocumented(await service().get(ROUTE), 'get', ROUTE);
      const one = `${ROUTE}/{id}`;
      expectDocumented(await service().get(`${ROUTE}/${id}`), 'get', one);
      expectDocumented(await patch(id, { status: 'running' }), 'patch', one);
      expectDocumented(await patch(id, { agent: 'FraudAgent' }), 'patch', one);
      expectDocumented(await patch(id, {}, { 'if-match': '"1"' }), 'patch', one);
      expectDocumented(await service().get(`${ROUTE}/${id}/results`), 'get', `${one}/results`);
      expectDocumented(await service().get(`${ROUTE}/unknown/results`), 'get', `${one}/results`);
      expectDocumented(await service().delete(`${ROUTE}/${id}`), 'delete', one);
      await end(id);
      expectDocumented(await service().delete(`${ROUTE}/${id}`), 'delete', one);
      expectDocumented(await service().get(`${ROUTE}/${id}`), 'get', one);
    });
  },
  ON,
);

onEachStore('experiments over HTTP, without overrides', (service) => {
  it('are not there', async () => {
    expectProblem(await service().get(ROUTE), 'feature_disabled');
    expectProblem(await service().post(ROUTE, definition('x')), 'feature_disabled');
    expectProblem(await service().get(`${ROUTE}/x/results`), 'feature_disabled');
  });
});
