import { expectProblem } from '../support/problem';
import { TestService } from '../support/service';

const KEYS = { read: 'read-secret-0001', runtime: 'runtime-secret-1', admin: 'admin-secret-001' };
const API_KEYS = Object.entries(KEYS)
  .map(([role, secret]) => `${role}-key:${role}:${secret}`)
  .join(',');

describe('access over HTTP', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start('embedded', { API_KEYS, HOST: '0.0.0.0' });
  });
  afterAll(() => service.close());

  const as = (role: keyof typeof KEYS) => ({ authorization: `Bearer ${KEYS[role]}` });

  it.each([
    ['no key', {}],
    ['an unknown key', { authorization: 'Bearer unknown-secret-1' }],
    ['a part of a key', { authorization: `Bearer ${KEYS.admin.slice(0, -1)}` }],
    ['another scheme', { authorization: `Basic ${KEYS.admin}` }],
    ['a bare key', { authorization: KEYS.admin }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['a key in a header of its own', { 'x-api-key': KEYS.admin }],
  ])('refuses %s with 401', async (_name, headers) => {
    const answer = await service.get('/v1/sessions', headers);
    expectProblem(answer, 'unauthorized');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('refuses before it reads the body, and says nothing of what exists', async () => {
    expectProblem(await service.post('/v1/sessions', '{'.repeat(100)), 'unauthorized');
    expectProblem(await service.get('/v1/no-such-route'), 'unauthorized');
    expectProblem(await service.get('/v1/sessions/unknown'), 'unauthorized');
  });

  it('lets a reading key read and nothing else', async () => {
    expect((await service.get('/v1/sessions', as('read'))).status).toBe(200);
    expectProblem(await service.post('/v1/sessions', {}, as('read')), 'forbidden');
    expectProblem(await service.post('/v1/sessions/a/ops', { ops: [] }, as('read')), 'forbidden');
    const end = await service.request('DELETE', '/v1/sessions/a', { headers: as('read') });
    expectProblem(end, 'forbidden');
  });

  it.each(['runtime', 'admin'] as const)('lets a %s key change sessions', async (role) => {
    const { status, body } = await service.post('/v1/sessions', {}, as(role));
    expect(status).toBe(201);
    const ops = [{ op: 'setInterrupted', value: true }];
    expect((await service.post(`/v1/sessions/${String(body['sessionId'])}/ops`, { ops }, as(role))).status).toBe(200);
  });

  it.each(['/v1/admin/audit', '/v1/admin', '/v1//admin/x'])('keeps %s for administrators', async (path) => {
    const { status } = await service.get(path, as('admin'));
    expect(status).toBe(404);
    const lower = await service.get<{ code: string }>(path, as('read'));
    expect(['forbidden', 'route_not_found']).toContain(lower.body.code);
  });

  it.each(['/%761/sessions', '/v1/%73essions', '/V1/sessions', '//v1/sessions', '/./v1/sessions', '/x/../v1/sessions'])(
    'is not fooled by the path %s',
    async (path) => {
      const { status } = await service.rawRequest('GET', path);
      expect([401, 404]).toContain(status);
    },
  );

  it('asks no key for health, metrics and documentation', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics', '/docs', '/docs-json']) {
      expect([path, (await service.get(path)).status]).toEqual([path, 200]);
    }
  });
});
