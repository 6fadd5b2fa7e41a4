import { expectInvalid, expectProblem } from '../support/problem';
import { type Answer, TestService } from '../support/service';

const KEYS = { read: 'read-secret-0001', audit: 'audit-secret-001', admin: 'admin-secret-001' };
const API_KEYS = Object.entries(KEYS)
  .map(([role, secret]) => `${role}.key:${role}:${secret}`)
  .join(',');
const PATH = '/v1/console/session';
const OWN = { 'x-parley-console': '1' };

/** The cookie that an answer sets, as a browser would send it back. */
const cookieOf = (answer: Answer<unknown>) => ({ cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '' });

describe("a session of the operators' console", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start('embedded', { API_KEYS, SESSION_AGENT_OVERRIDES_ENABLED: 'true' });
  });
  afterAll(() => service.close());

  const signIn = (role: keyof typeof KEYS) => service.post(PATH, { apiKey: KEYS[role] });
  const request = (method: string, path: string, headers: Record<string, string>, json?: unknown) =>
    service.request(method, path, { headers, ...(json !== undefined && { json }) });

  it('begins with a key, and says whose it is and how long it lasts', async () => {
    const answer = await signIn('audit');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({ name: 'audit.key', role: 'audit', expiresAt: expect.any(Number) as number });
    const seconds = Number(answer.body['expiresAt']) - Date.now() / 1000;
    expect(seconds).toBeGreaterThan(1790);
    expect(seconds).toBeLessThanOrEqual(1800);
    expect((await service.get(PATH, cookieOf(answer))).body).toEqual(answer.body);
  });

  it('lives in a cookie that no script and no other site can use, and that holds no secret', async () => {
    const cookie = (await signIn('admin')).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^parley_console=[^;]+; Path=\/; Max-Age=1800; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(KEYS.admin);
  });

  it('goes over TLS alone where the service is asked for by another name than this machine', async () => {
    const json = JSON.stringify({ apiKey: KEYS.read });
    const headers = { 'content-type': 'application/json', 'content-length': `${json.length}` };
    const answer = await service.rawRequest('POST', PATH, { ...headers, host: 'parley.example' }, json);
    expect(answer.headers.get('set-cookie')).toMatch(/; SameSite=Strict; Secure$/);
  });

  it('lets its holder do what the key may', async () => {
    const [read, audit, admin] = [await signIn('read'), await signIn('audit'), await signIn('admin')].map(cookieOf);
    for (const cookie of [read, audit, admin]) expect((await service.get('/v1/sessions', cookie)).status).toBe(200);
    expectProblem(await service.get('/v1/admin/experiments', read), 'forbidden');
    for (const cookie of [audit, admin]) expect((await service.get('/v1/admin/experiments', cookie)).status).toBe(200);
    expectProblem(await request('POST', '/v1/sessions', { ...audit, ...OWN }, {}), 'forbidden');
    expect((await request('POST', '/v1/sessions', { ...admin, ...OWN }, {})).status).toBe(201);
    expect((await request('POST', '/v1/live/tickets', { ...audit, ...OWN })).status).toBe(201);
  });

  it('changes nothing without the header that only its own page sends', async () => {
    const cookie = cookieOf(await signIn('admin'));
    for (const headers of [cookie, { ...cookie, 'x-parley-console': 'yes' }]) {
      expectProblem(await request('POST', '/v1/sessions', headers, {}), 'forbidden');
      expectProblem(await request('POST', '/v1/live/tickets', headers), 'forbidden');
      expectProblem(await request('DELETE', PATH, headers), 'forbidden');
    }
  });

  it('gives way to a key in the header', async () => {
    const cookie = cookieOf(await signIn('admin'));
    const authorization = `Bearer ${KEYS.read}`;
    expectProblem(await service.get('/v1/admin/experiments', { ...cookie, authorization }), 'forbidden');
    expectProblem(
      await service.get('/v1/sessions', { ...cookie, authorization: 'Bearer wrong-secret' }),
      'unauthorized',
    );
  });

  it('ends with the cookie', async () => {
    const cookie = cookieOf(await signIn('admin'));
    const answer = await request('DELETE', PATH, { ...cookie, ...OWN });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toMatch(/^parley_console=; Path=\/; Max-Age=0; HttpOnly/);
    expect((await request('DELETE', PATH, {})).status).toBe(204);
  });

  it('is nobody’s without a cookie, with a cookie of another make, or with one that was changed', async () => {
    const { cookie = '' } = cookieOf(await signIn('read'));
    const forged = [
      cookie.replace('read.key', 'admin.key'),
      cookie.replace(/=\d/, '=9'),
      `${cookie}x`,
      'parley_console=x',
    ];
    for (const headers of [{}, ...forged.map((text) => ({ cookie: text }))]) {
      expectProblem(await service.get(PATH, headers), 'unauthorized');
      expectProblem(await service.get('/v1/sessions', headers), 'unauthorized');
    }
  });

  it('says what is wrong with a request for one', async () => {
    expectInvalid(await service.post(PATH, {}), '/apiKey');
    expectInvalid(await service.post(PATH, { apiKey: 1 }), '/apiKey');
  });

  it('is refused a wrong key, ten times a minute at most, and right keys do not count', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const wrong = await service.post(PATH, { apiKey: `wrong-secret-${attempt}` });
      expectProblem(wrong, 'unauthorized');
      expect(wrong.headers.get('set-cookie')).toBeNull();
      if (attempt < 9) expect((await signIn('read')).status).toBe(201);
    }
    const refused = await service.post(PATH, { apiKey: 'wrong-secret-10' });
    expectProblem(refused, 'too_many_attempts');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
  });
});

describe('a service without keys', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.close());

  it('asks nobody to sign in', async () => {
    const local = { name: 'local', role: 'admin', expiresAt: expect.any(Number) as number };
    expect((await service.get(PATH)).body).toEqual(local);
    const signedIn = await service.post(PATH, { apiKey: 'anything' });
    expect([signedIn.status, signedIn.body, signedIn.headers.get('set-cookie')]).toEqual([201, local, null]);
  });
});
