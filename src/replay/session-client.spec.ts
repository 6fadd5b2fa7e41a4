import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '../programs/http-client';
import { RequestFailed, SessionClient } from './session-client';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
/** An answer; `lost`: the connection breaks in its place; `never`: it doesn't come. */
type Reply = { readonly status: number; readonly json?: unknown; readonly retryAfter?: string } | 'lost' | 'never';

const policy = { attempts: 3, firstPauseMs: 1, longestPauseMs: 5 };
const receipt = { revision: 2, messages: [1] };

describe('SessionClient', () => {
  let server: Server;
  let http: HttpClient;
  let client: SessionClient;
  let seen: Seen[];
  let replies: Reply[];

  beforeEach(async () => {
    seen = [];
    replies = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        seen.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
        const reply = replies.shift() ?? { status: 500 };
        if (reply === 'lost') return request.socket.destroy();
        if (reply === 'never') return;
        response.writeHead(reply.status, reply.retryAfter === undefined ? {} : { 'retry-after': reply.retryAfter });
        return response.end(reply.json === undefined ? '' : JSON.stringify(reply.json));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    http = new HttpClient(addressOf(server), { key: 'k', connections: 2, timeoutMs: 200 });
    client = new SessionClient(http, policy);
  });
  afterEach(async () => {
    http.close();
    server.closeAllConnections();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  });

  it('sends a turn with its key and its secret', async () => {
    replies = [{ status: 200, json: receipt }];
    expect(await client.apply('s', 'turn-1', [{ op: 'setInterrupted', value: true }])).toEqual(receipt);
    expect(seen).toMatchObject([
      { method: 'POST', path: '/v1/sessions/s/ops', body: '{"ops":[{"op":"setInterrupted","value":true}]}' },
    ]);
    expect(seen[0]?.headers).toMatchObject({
      'idempotency-key': 'turn-1',
      authorization: 'Bearer k',
      'content-type': 'application/json',
    });
  });

  it.each<[string, Reply]>([
    ['a 503', { status: 503, retryAfter: '0' }],
    ['a lost answer', 'lost'],
    ['an answer that takes too long', 'never'],
  ])('sends the same turn under the same key after %s', async (_title, first) => {
    replies = [first, { status: 200, json: receipt }];
    expect(await client.apply('s', 'turn-1', [{ op: 'deleteContext', key: 'k' }])).toEqual(receipt);
    expect(seen).toHaveLength(2);
    expect(seen[1]?.body).toBe(seen[0]?.body);
    expect(seen[1]?.headers['idempotency-key']).toBe('turn-1');
    expect(client.retries).toBe(1);
  });

  it('gives up in the end, with the code of the last answer', async () => {
    replies = Array.from({ length: 9 }, () => ({ status: 503, json: { code: 'store_unavailable' } }));
    await expect(client.apply('s', 'turn-1', [])).rejects.toThrow('ops: 503 store_unavailable in 3 attempts');
    expect(seen).toHaveLength(3);
  });

  it('asks once for each further request while the service is away, and again in earnest when it is back', async () => {
    replies = ['lost', 'lost', 'lost', 'lost', { status: 200, json: receipt }, 'lost', { status: 200, json: receipt }];
    await expect(client.apply('s', '1', [])).rejects.toThrow('in 3 attempts');
    await expect(client.apply('s', '2', [])).rejects.toThrow('in 1 attempts');
    expect(await client.apply('s', '3', [])).toEqual(receipt);
    expect(await client.apply('s', '4', [])).toEqual(receipt);
  });

  it('says so when there is nobody', async () => {
    server.close();
    server.closeAllConnections();
    await expect(client.check()).rejects.toThrow(/^list: no answer \(ECONNREFUSED\)/);
  });

  it('takes a session as opened that an attempt with a lost answer has opened', async () => {
    const session = { revision: 1, activeAgent: null, interrupted: false, context: {}, slots: {}, toolOutputs: {} };
    replies = ['lost', { status: 409 }, { status: 200, json: { ...session, history: {} } }];
    expect(await client.open('s', {})).toBe(1);
  });

  it('takes a session that exists already for a failure', async () => {
    replies = [{ status: 409, json: { code: 'session_exists' } }];
    const error = await client.open('s', {}).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RequestFailed);
    expect(error).toMatchObject({ message: 'open: 409 session_exists', status: 409 });
  });

  it('ends a session, also one that is gone', async () => {
    replies = [{ status: 204 }, { status: 404, json: { code: 'session_ended' } }];
    await client.end('s');
    await client.end('s');
    expect(seen.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(2).fill('DELETE /v1/sessions/s'));
  });

  it('refuses an answer of another form', async () => {
    replies = [{ status: 200, json: { hello: 'world' } }];
    await expect(client.latency('s')).rejects.toThrow("latency: the answer has another form than the service's");
  });
});

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
