import { onEachStore } from '../support/service';

onEachStore('one context key over HTTP', (service) => {
  let id: string;
  beforeEach(async () => {
    id = await service().open();
  });
  const path = (key: string) => `/v1/sessions/${id}/context/${encodeURIComponent(key)}`;

  it.each([
    ['a text', 'gold'],
    ['null', null],
    ['false', false],
    ['zero', 0],
    ['an empty text', ''],
    ['an empty list', []],
    ['an empty object', {}],
    ['a number with many digits', 0.1234567890123456],
    ['a nested value', { a: [{ b: null }, 'ü \u0000 \u2028 😀'] }],
  ])('keeps %s as it is', async (_name, value) => {
    expect((await service().put(path('key'), { value })).status).toBe(200);
    const { status, body } = await service().get(path('key'));
    expect(status).toBe(200);
    expect(body).toEqual({ key: 'key', value });
  });

  it('answers a PUT with the new revision', async () => {
    const { status, body } = await service().put(path('tier'), { value: 'gold' });
    expect(status).toBe(200);
    expect(body).toEqual({ revision: 2 });
  });

  it.each(['__proto__', 'constructor', 'a/b', 'a b', '%2e', '..', 'ключ', '😀'.repeat(256), 'x'.repeat(256)])(
    'takes the key %s like any other',
    async (key) => {
      // `..` alone would be tidied away by the client, encoded or not.
      const target = key === '..' ? `/v1/sessions/${id}/context/x..` : path(key);
      expect((await service().put(target, { value: { of: key } })).status).toBe(200);
      const { status, body } = await service().get(target);
      expect(status).toBe(200);
      expect(body['value']).toEqual({ of: key });
    },
  );

  it('keeps a value whose member is called __proto__', async () => {
    const headers = { 'content-type': 'application/json' };
    await service().request('PUT', path('v'), { body: '{"value":{"__proto__":{"x":1}}}', headers });
    expect((await service().get(path('v'))).text).toBe('{"key":"v","value":{"__proto__":{"x":1}}}');
  });

  it('answers 404 context_key_not_found for a key that is not there', async () => {
    const { status, body } = await service().get(path('absent'));
    expect(status).toBe(404);
    expect(body['code']).toBe('context_key_not_found');
  });

  it('removes a key: 204 without a body, then 404', async () => {
    await service().put(path('tier'), { value: null });
    const removed = await service().delete(path('tier'));
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect((await service().get(path('tier'))).status).toBe(404);
  });

  it('removes a key that is not there without an error', async () => {
    expect((await service().delete(path('absent'))).status).toBe(204);
  });

  it.each(['GET', 'PUT', 'DELETE'])('answers %s for an unknown session with 404', async (method) => {
    const json = method === 'PUT' ? { value: 1 } : undefined;
    const { status, body } = await service().request(method, '/v1/sessions/unknown/context/a', { json });
    expect(status).toBe(404);
    expect(body['code']).toBe('session_not_found');
  });

  it('shows active_agent and tts_interrupted as views of their keys', async () => {
    await service().put(path('active_agent'), { value: 'Billing' });
    await service().put(path('tts_interrupted'), { value: true });
    expect((await service().get(`/v1/sessions/${id}`)).body).toMatchObject({
      activeAgent: 'Billing',
      interrupted: true,
    });
  });
});
