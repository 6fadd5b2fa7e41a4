import { SECURITY_HEADERS } from '../../src/api/security-headers';
import { LiveClient } from '../live/live-client';
import { expectProblem } from '../support/problem';
import { type Answer, TestService } from '../support/service';

const KEY = 'runtime-secret-1';
const authorization = `Bearer ${KEY}`;

function expectHeaders({ headers }: Answer<unknown>): void {
  const expected = Object.keys(SECURITY_HEADERS);
  expect(expected.filter((name) => headers.get(name) !== SECURITY_HEADERS[name])).toEqual([]);
  for (const name of ['x-powered-by', 'server']) expect(headers.has(name)).toBe(false);
}

describe('the headers of answers', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start('embedded', { API_KEYS: `voice:runtime:${KEY}` });
  });
  afterAll(() => service.close());

  it.each([
    ['GET', '/v1/sessions', 200],
    ['POST', '/v1/sessions', 201],
    ['GET', '/v1/sessions/nobody', 404],
    ['GET', '/v1/admin/experiments', 403],
    ['GET', '/nowhere', 404],
    ['GET', '/%zz', 400],
    ['OPTIONS', '/v1/sessions/%zz', 404],
    ['GET', '/health/live', 200],
    ['GET', '/metrics', 200],
  ])('tell a browser to keep away: %s %s', async (method, path, status) => {
    const json = method === 'POST' ? {} : undefined;
    const answer = await service.request(method, path, { json, headers: { authorization } });
    expect(answer.status).toBe(status);
    expectHeaders(answer);
  });

  it('tell it where no key was given, where the request is no HTTP, and where no socket is opened', async () => {
    const bare = await service.get('/v1/sessions');
    expectProblem(bare, 'unauthorized');
    const broken = await service.raw('NONSENSE\r\n\r\n');
    expectProblem(broken, 'bad_request');
    const refused = await LiveClient.refused(service, { key: 'wrong-secret-0001' });
    expectProblem(refused, 'unauthorized');
    for (const answer of [bare, broken, refused]) expectHeaders(answer);
  });

  it('let the pages of the documentation load what is their own, and be framed by nobody', async () => {
    for (const path of ['/docs', '/docs/', '/docs/swagger-ui-init.js']) {
      const policy = (await service.get(path)).headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
    }
    // The policy forbids scripts in the page: there must be none.
    const { text } = await service.get('/docs');
    expect(text).toContain('swagger-ui-init.js');
    expect([...text.matchAll(/<script(?![^>]*\bsrc=)|\son\w+=|javascript:/g)]).toEqual([]);
  });

  it('are those of no page for paths that only begin as its own do', async () => {
    expectHeaders(await service.get('/docs-json'));
    expectHeaders(await service.get('/docsx'));
  });
});

describe('pages of other origins', () => {
  const origin = 'https://console.example.com';
  const preflight = { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'if-match' };
  const cors = ({ headers }: Answer<unknown>) =>
    [...headers.keys()].filter((name) => name.startsWith('access-control'));

  it('are told nothing as long as none is named', async () => {
    const service = await TestService.start();
    const answers = [
      await service.get('/v1/sessions', { origin }),
      await service.request('OPTIONS', '/v1/sessions', { headers: preflight }),
    ];
    for (const answer of answers) expect(cors(answer)).toEqual([]);
    await service.close();
  });

  describe('of which one is named', () => {
    let service: TestService;
    beforeAll(async () => {
      const API_KEYS = `voice:runtime:${KEY}`;
      service = await TestService.start('embedded', { CORS_ORIGINS: `${origin}, http://localhost:5173`, API_KEYS });
    });
    afterAll(() => service.close());

    it('are let in where they are named, before a key is asked for', async () => {
      const asked = await service.request('OPTIONS', '/v1/sessions/a/context/b', { headers: preflight });
      expect(asked.status).toBe(204);
      expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
      expect(asked.headers.get('access-control-allow-methods')).toContain('PUT');
      expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(asked.headers.has('access-control-allow-credentials')).toBe(false);
      const listed = await service.get('/v1/sessions', { origin, authorization });
      expect([listed.status, listed.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    });

    it('still need a key, and may read that they do', async () => {
      const answer = await service.get('/v1/sessions', { origin });
      expectProblem(answer, 'unauthorized');
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    });

    it.each([
      'https://console.example.com.evil.test',
      'https://example.com',
      'http://console.example.com',
      'null',
      '*',
    ])('are not let in from %s', async (other) => {
      const answer = await service.get('/v1/sessions', { origin: other, authorization });
      expect(cors(answer)).toEqual([]);
      expect(answer.headers.get('vary')).toBe('Origin');
      const asked = await service.request('OPTIONS', '/v1/sessions', { headers: { ...preflight, origin: other } });
      expect(asked.status).toBe(401);
      expect(cors(asked)).toEqual([]);
    });
  });

  it.each(['*', 'example.com', 'https://example.com/', 'https://a.test,', 'ftp://a.test', 'null'])(
    'are not configured by %j',
    async (CORS_ORIGINS) => {
      await expect(TestService.start('embedded', { CORS_ORIGINS })).rejects.toThrow(/CORS_ORIGINS/);
    },
  );
});
