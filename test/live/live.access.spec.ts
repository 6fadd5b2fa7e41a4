import { ERROR_CATALOGUE } from '../../src/common/error-catalogue';
import { expectProblem } from '../support/problem';
import { onEachStore, TestService } from '../support/service';
import { LiveClient } from './live-client';

const KEYS = { read: 'read-secret-0001', runtime: 'runtime-secret-1', admin: 'admin-secret-001' };
const API_KEYS = Object.entries(KEYS)
  .map(([role, secret]) => `${role}-key:${role}:${secret}`)
  .join(',');
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const ops = [{ op: 'setInterrupted', value: true }];

async function ticketOf(service: TestService, key: string): Promise<string> {
  const answer = await service.post<{ ticket: string }>('/v1/live/tickets', undefined, bearer(key));
  expect(answer.status).toBe(201);
  return answer.body.ticket;
}

onEachStore(
  'who may use the live channel',
  (service) => {
    const open = async () => {
      const { body } = await service().post<{ sessionId: string }>('/v1/sessions', {}, bearer(KEYS.runtime));
      return body.sessionId;
    };

    it('is nobody without a key, or with a wrong one', async () => {
      for (const entry of [{}, { key: 'wrong-secret-0001' }, { ticket: '' }, { ticket: 'admin.admin-key.x' }]) {
        const answer = await LiveClient.refused(service(), entry);
        expectProblem(answer, 'unauthorized');
        expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      }
    });

    it('is whoever may read, and only who has the role runtime writes', async () => {
      const sessionId = await open();
      const reader = await LiveClient.open(service(), { key: KEYS.read });
      await reader.attach(sessionId);
      await reader.ask('pong', { type: 'ping' });
      const refused = await reader.ask('error', { type: 'ops', sessionId, ops });
      expect(refused).toMatchObject({ code: 'forbidden', retryable: false });
      const writer = await LiveClient.open(service(), { key: KEYS.runtime });
      await writer.ops(sessionId, ops);
      await reader.next('interrupted', { value: true });
      await reader.ask('detached', { type: 'detach', sessionId });
      await Promise.all([reader.close(), writer.close()]);
    });

    it.each([
      ['read', 'error'],
      ['runtime', 'durable'],
      ['admin', 'durable'],
    ] as const)('is who has a ticket of a key with the role %s, as the key itself', async (role, answer) => {
      const sessionId = await open();
      const client = await LiveClient.open(service(), { ticket: await ticketOf(service(), KEYS[role]) });
      await client.ask(answer, { type: 'ops', sessionId, ops });
      await client.close();
    });

    it('is one socket for each ticket', async () => {
      const ticket = await ticketOf(service(), KEYS.read);
      const entries = await Promise.allSettled(Array.from({ length: 5 }, () => LiveClient.open(service(), { ticket })));
      const opened = entries.flatMap((entry) => (entry.status === 'fulfilled' ? [entry.value] : []));
      expect(opened).toHaveLength(1);
      expectProblem(await LiveClient.refused(service(), { ticket }), 'unauthorized');
      await opened[0]?.close();
    });

    it('is nobody with a ticket that was made to say another role', async () => {
      const ticket = await ticketOf(service(), KEYS.read);
      expectProblem(await LiveClient.refused(service(), { ticket: ticket.replace('read.', 'admin.') }), 'unauthorized');
      await (await LiveClient.open(service(), { ticket })).close();
    });

    it('is nobody whose ticket has expired', async () => {
      const { body } = await service().post<{ ticket: string; expiresAt: number }>(
        '/v1/live/tickets',
        undefined,
        bearer(KEYS.read),
      );
      expect(body.expiresAt * 1000 - Date.now()).toBeLessThanOrEqual(1000);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expectProblem(await LiveClient.refused(service(), { ticket: body.ticket }), 'unauthorized');
    });

    it('is nobody who asks for a ticket without a key', async () => {
      expectProblem(await service().post('/v1/live/tickets', undefined), 'unauthorized');
    });
  },
  { API_KEYS, LIVE_TICKET_SECONDS: '1' },
);

describe('the live channel without keys', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.close());

  it('lets local callers in, and pages of this machine', async () => {
    for (const headers of [
      {},
      { origin: 'http://localhost:5173' },
      { origin: 'http://127.0.0.1' },
      { origin: 'http://[::1]:80' },
    ]) {
      await (await LiveClient.open(service, { headers })).close();
    }
  });

  it('refuses pages of other machines, which a browser would let in', async () => {
    for (const origin of ['https://example.com', 'null', 'http://localhost.example.com']) {
      expectProblem(await LiveClient.refused(service, { headers: { origin } }), 'forbidden');
    }
  });

  it('serves a request that offers HTTP/2 by an upgrade as if it did not', async () => {
    const offer = {
      connection: 'close, Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAAQAAP__',
    };
    const listed = await service.rawRequest('GET', '/v1/sessions', offer);
    expect(listed.status).toBe(200);
    const body = '{"sessionId":"by-upgrade"}';
    const headers = { ...offer, 'content-type': 'application/json', 'content-length': String(body.length) };
    const opened = await service.rawRequest('POST', '/v1/sessions', headers, body);
    expect(opened).toMatchObject({ status: 201, body: { sessionId: 'by-upgrade' } });
  });

  it('answers an upgrade elsewhere, or one that is not valid, as any wrong request', async () => {
    const upgrade = { connection: 'close, upgrade', upgrade: 'websocket' };
    const elsewhere = await service.rawRequest('GET', '/v1/nothing', upgrade);
    expect(elsewhere.status).toBe(ERROR_CATALOGUE.route_not_found.status);
    const broken = await service.rawRequest('GET', '/v1/live', { ...upgrade, 'sec-websocket-version': '13' });
    expectProblem(broken, 'bad_request');
  });
});
