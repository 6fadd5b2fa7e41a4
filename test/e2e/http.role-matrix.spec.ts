import type { OpenAPIObject } from '@nestjs/swagger';
import { readOpenApiFile } from '../support/openapi-file';
import { TestService } from '../support/service';

const SECRETS = {
  read: 'read-secret-0001',
  runtime: 'runtime-secret-1',
  audit: 'audit-secret-001',
  admin: 'admin-secret-001',
  revoked: 'revoked-secret-1',
} as const;
const keysOf = (...names: (keyof typeof SECRETS)[]) =>
  names.map((name) => `${name}-key:${name === 'revoked' ? 'admin' : name}:${SECRETS[name]}`).join(',');

const HOLDERS = ['nobody', 'wrong', 'revoked', 'read', 'runtime', 'audit', 'admin'] as const;
type Holder = (typeof HOLDERS)[number];
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

const document = JSON.parse(readOpenApiFile()) as OpenAPIObject;
/** Every route of the document: a new one is in the matrix from the moment it is documented. */
const ROUTES = Object.entries(document.paths).flatMap(([path, operations]) =>
  (['get', 'post', 'put', 'patch', 'delete'] as const)
    .filter((method) => operations[method])
    .map((method) => [method, path] as const),
);

/** Who is let in; null: anybody. Said here once more, apart from the code that decides it. */
function admitted(method: Method, path: string): readonly Holder[] | null {
  if (!path.startsWith('/v1/') || path === '/v1/console/session') return null;
  // A preview changes nothing.
  if (path.startsWith('/v1/admin/'))
    return method === 'get' || path.endsWith('/preview') ? ['audit', 'admin'] : ['admin'];
  // Whoever may read may listen.
  if (method === 'get' || path === '/v1/live/tickets') return ['read', 'runtime', 'audit', 'admin'];
  return ['runtime', 'admin'];
}

function expected(holder: Holder, method: Method, path: string): 401 | 403 | 'in' {
  const holders = admitted(method, path);
  if (holders === null || holders.includes(holder)) return 'in';
  return holder === 'nobody' || holder === 'wrong' || holder === 'revoked' ? 401 : 403;
}

function headersOf(holder: Holder): Record<string, string> {
  if (holder === 'nobody') return {};
  const secret = holder === 'wrong' ? 'wrong-secret-0001' : SECRETS[holder];
  return { authorization: `Bearer ${secret}` };
}

describe('who is let in where', () => {
  let service: TestService;
  beforeAll(async () => {
    // The revoked key was one before a restart; the others stayed.
    const before = await TestService.start('embedded', {
      API_KEYS: keysOf('read', 'runtime', 'audit', 'admin', 'revoked'),
    });
    const wasIn = await before.get('/v1/admin/experiments', headersOf('revoked'));
    expect(wasIn.body).toMatchObject({ code: 'feature_disabled' });
    await before.close();
    service = await TestService.start('embedded', {
      API_KEYS: keysOf('read', 'runtime', 'audit', 'admin'),
      SESSION_AGENT_OVERRIDES_ENABLED: 'true',
    });
  });
  afterAll(() => service.close());

  it('is asked of many routes, those of the administration among them', () => {
    expect(ROUTES.length).toBeGreaterThan(30);
    expect(ROUTES.filter(([, path]) => path.startsWith('/v1/admin/')).length).toBeGreaterThan(15);
  });

  describe.each(HOLDERS)('with the key of %s', (holder) => {
    // The session of the console answers by itself who has none.
    it.each(ROUTES.filter(([, path]) => path !== '/v1/console/session'))('%s %s', async (method, path) => {
      const url = path.replace(/\{(\w+)\}/g, 'x');
      const json = method === 'get' || method === 'delete' ? undefined : {};
      const { status } = await service.request(method.toUpperCase(), url, { json, headers: headersOf(holder) });
      const outcome = status === 401 || status === 403 ? status : 'in';
      expect(outcome).toBe(expected(holder, method, path));
    });
  });
});
