import { onEachStore } from '../support/service';

interface SessionBody {
  readonly sessionId: string;
  readonly revision: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly expiresAt: number;
  readonly context: Record<string, unknown>;
}
interface ListBody {
  readonly sessions: readonly { readonly sessionId: string }[];
  readonly nextCursor: string | null;
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const PROFILE_KEYS = ['session_profile', 'client_id', 'caller_name', 'institution_name', 'customer_intelligence'];

onEachStore('sessions over HTTP', (service) => {
  const contextOf = async (id: string) => (await service().get<SessionBody>(`/v1/sessions/${id}`)).body.context;

  describe('POST /v1/sessions', () => {
    it('answers 201 with the id it made, revision 1 and no profile', async () => {
      const { status, body } = await service().post('/v1/sessions', {});
      expect(status).toBe(201);
      expect(body).toEqual({ sessionId: expect.stringMatching(UUID_V7) as string, revision: 1, profileFound: false });
    });

    it('takes the id it is given', async () => {
      const { status, body } = await service().post('/v1/sessions', { sessionId: 'Call:1.a_b-C' });
      expect(status).toBe(201);
      expect(body).toEqual({ sessionId: 'Call:1.a_b-C', revision: 1, profileFound: false });
    });

    it('answers 409 for an id that exists', async () => {
      const sessionId = await service().open();
      const { status, body } = await service().post('/v1/sessions', { sessionId });
      expect(status).toBe(409);
      expect(body).toMatchObject({ code: 'session_exists', status: 409 });
    });

    it.each([
      ['e-mail', { email: 'john.smith@email.com' }, 'CLT-001-JS', 'John Smith'],
      ['e-mail in another case and with space around it', { email: ' Jane.DOE@Email.com ' }, 'CLT-002-JD', 'Jane Doe'],
      ['client id', { clientId: 'CLT-002-JD' }, 'CLT-002-JD', 'Jane Doe'],
    ])('loads the profile by %s', async (_by, request, clientId, callerName) => {
      const { status, body } = await service().post<{ sessionId: string }>('/v1/sessions', request);
      expect(status).toBe(201);
      expect(body).toMatchObject({ revision: 1, profileFound: true });
      const context = await contextOf(body.sessionId);
      expect(Object.keys(context).sort()).toEqual([...PROFILE_KEYS].sort());
      expect(context).toMatchObject({
        client_id: clientId,
        caller_name: callerName,
        institution_name: 'Contoso Bank',
        session_profile: { full_name: callerName, client_id: clientId },
        customer_intelligence: { bank_profile: { currency: 'USD' } },
      });
    });

    it.each([[{ email: 'nobody@example.org' }], [{ clientId: 'CLT-404-XX' }], [{ email: '   ' }]])(
      'opens without a profile for %j',
      async (request) => {
        const { status, body } = await service().post<{ sessionId: string }>('/v1/sessions', request);
        expect(status).toBe(201);
        expect(body).toMatchObject({ revision: 1, profileFound: false });
        expect(await contextOf(body.sessionId)).toEqual({});
      },
    );

    it('puts the given context above the profile', async () => {
      const context = { caller_name: 'Johnny', channel: 'phone', nothing: null };
      const id = await service().open({ email: 'john.smith@email.com', context });
      expect(await contextOf(id)).toMatchObject({ ...context, client_id: 'CLT-001-JS' });
    });

    it('keeps a context key called __proto__ as data', async () => {
      const body = '{"context":{"__proto__":{"polluted":true},"constructor":1}}';
      const headers = { 'content-type': 'application/json' };
      const opened = await service().request<{ sessionId: string }>('POST', '/v1/sessions', { body, headers });
      const { text } = await service().get(`/v1/sessions/${opened.body.sessionId}`);
      const { context } = JSON.parse(text) as { context: object };
      expect(Object.entries(context).sort()).toEqual([
        ['__proto__', { polluted: true }],
        ['constructor', 1],
      ]);
    });

    it('limits the session to ttlSeconds from its last change', async () => {
      const id = await service().open({ ttlSeconds: 60 });
      const { body } = await service().get<SessionBody>(`/v1/sessions/${id}`);
      expect(body.expiresAt - body.updatedAt).toBeCloseTo(60, 0);
    });

    it('lets a session go when its time is over', async () => {
      const id = await service().open({ ttlSeconds: 1 });
      await new Promise((resolve) => setTimeout(resolve, 1200));
      const { status, body } = await service().get(`/v1/sessions/${id}`);
      expect(status).toBe(404);
      expect(body['code']).toBe('session_not_found');
    });
  });

  describe('GET /v1/sessions/:id', () => {
    it('answers a new session with every field of its shape', async () => {
      const before = Date.now() / 1000;
      const id = await service().open();
      const after = Date.now() / 1000;
      const { status, body, headers } = await service().get<SessionBody>(`/v1/sessions/${id}`);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      const { createdAt, updatedAt, expiresAt, ...rest } = body;
      expect(rest).toEqual({
        sessionId: id,
        revision: 1,
        epoch: 0,
        activeAgent: null,
        interrupted: false,
        context: {},
        slots: {},
        toolOutputs: {},
        history: {},
      });
      expect(createdAt).toBeGreaterThanOrEqual(before - 0.001);
      expect(createdAt).toBeLessThanOrEqual(after);
      expect(updatedAt).toBe(createdAt);
      expect(expiresAt - createdAt).toBeCloseTo(7200, 0);
    });

    it('shows what the operations did, the agents in their own threads', async () => {
      const id = await service().open();
      await service().apply(
        id,
        { op: 'append', agent: 'Front', role: 'user', content: 'Hi' },
        { op: 'append', agent: 'Back', role: 'assistant', content: 'Hello', at: 12.5, meta: { a: [1] } },
        { op: 'systemPrompt', agent: 'Front', content: 'Be kind' },
        { op: 'setSlots', slots: { city: 'Rome' } },
        { op: 'setToolOutput', tool: 'search', output: [1] },
        { op: 'setInterrupted', value: true },
        { op: 'setActiveAgent', agent: 'Back' },
      );
      const { body } = await service().get(`/v1/sessions/${id}`);
      const at = expect.any(Number) as number;
      expect(body).toMatchObject({ revision: 2, activeAgent: 'Back', interrupted: true });
      expect(body['context']).toEqual({ tts_interrupted: true, active_agent: 'Back' });
      expect(body['slots']).toEqual({ city: 'Rome' });
      expect(body['toolOutputs']).toEqual({ search: [1] });
      expect(body['history']).toEqual({
        Front: [
          { seq: 0, role: 'system', content: 'Be kind', at },
          { seq: 1, role: 'user', content: 'Hi', at },
        ],
        Back: [{ seq: 2, role: 'assistant', content: 'Hello', at: 12.5, meta: { a: [1] } }],
      });
    });

    it.each(['never-opened', '%2F', 'a%20b', 'x'.repeat(129)])('answers 404 for %s', async (id) => {
      const { status, body } = await service().get(`/v1/sessions/${id}`);
      expect(status).toBe(404);
      expect(body['code']).toBe('session_not_found');
    });
  });

  describe('DELETE /v1/sessions/:id', () => {
    it('answers 204 with nothing, and then 404 session_ended wherever the session is asked for', async () => {
      const id = await service().open();
      const ended = await service().delete(`/v1/sessions/${id}`);
      expect(ended.status).toBe(204);
      expect(ended.text).toBe('');
      const path = `/v1/sessions/${id}`;
      const answers = await Promise.all([
        service().delete(path),
        service().get(path),
        service().get(`${path}/latency`),
        service().get(`${path}/history/a`),
        service().get(`${path}/context/a`),
        service().put(`${path}/context/a`, { value: 1 }),
        service().delete(`${path}/context/a`),
        service().apply<Record<string, unknown>>(id, { op: 'setInterrupted', value: true }),
      ]);
      expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
        answers.map(() => [404, 'session_ended']),
      );
    });

    it('answers 404 for a session that never was', async () => {
      const { status, body } = await service().delete('/v1/sessions/never-opened');
      expect(status).toBe(404);
      expect(body['code']).toBe('session_not_found');
    });

    it('frees the id for a new session with nothing of the old one', async () => {
      const sessionId = await service().open({ context: { old: true } });
      await service().delete(`/v1/sessions/${sessionId}`);
      const { status, body } = await service().post('/v1/sessions', { sessionId });
      expect([status, body['revision']]).toEqual([201, 1]);
      expect(await contextOf(sessionId)).toEqual({});
    });
  });

  describe('GET /v1/sessions', () => {
    it('lists a session with its summary', async () => {
      const id = await service().open({ context: { active_agent: 'Front', secret: 'kept to itself' } });
      const { status, body } = await service().get<ListBody>('/v1/sessions?limit=200');
      expect(status).toBe(200);
      const at = expect.any(Number) as number;
      expect(body.sessions.find(({ sessionId }) => sessionId === id)).toEqual({
        sessionId: id,
        revision: 1,
        createdAt: at,
        updatedAt: at,
        activeAgent: 'Front',
      });
    });

    it('pages through every live session once and leaves ended ones out', async () => {
      const ids = await Promise.all(Array.from({ length: 30 }, () => service().open()));
      const [gone = '', ...live] = ids;
      await service().delete(`/v1/sessions/${gone}`);
      const seen: string[] = [];
      let cursor: string | null = '';
      for (let page = 0; cursor !== null && page < 100; page += 1) {
        const query: string = cursor === '' ? 'limit=7' : `limit=7&cursor=${encodeURIComponent(cursor)}`;
        const { status, body } = await service().get<ListBody>(`/v1/sessions?${query}`);
        expect(status).toBe(200);
        expect(body.sessions.length).toBeLessThanOrEqual(7);
        seen.push(...body.sessions.map(({ sessionId }) => sessionId));
        cursor = body.nextCursor;
      }
      expect(cursor).toBeNull();
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(expect.arrayContaining(live));
      expect(seen).not.toContain(gone);
    });
  });
});
