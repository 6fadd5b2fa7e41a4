import { connect } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../src/create-app';
import { storeData, type StoreKind } from './store-data';

/** An answer as a client sees it; `body` is its JSON, undefined where it has none. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface RequestOptions {
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, in place of `json`. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long a raw exchange waits for the server to close the connection. */
const RAW_TIMEOUT_MS = 5000;

/** The service in this process, on a free loopback port, with a store of its own. */
export class TestService {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    private readonly removeData: () => Promise<void>,
  ) {}

  /** Starts it as main.ts does; `variables` stand above what the test sets itself. */
  static async start(store: StoreKind = 'embedded', variables: Record<string, string> = {}): Promise<TestService> {
    const { settings, remove } = storeData(store);
    try {
      const app = await createApp({ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...settings, ...variables });
      await app.listen({ port: 0, host: '127.0.0.1' });
      return new TestService(app, await app.getUrl(), remove);
    } catch (error) {
      await remove();
      throw error;
    }
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  get<Body = Record<string, unknown>>(path: string, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    return this.request('GET', path, { headers });
  }

  post<Body = Record<string, unknown>>(path: string, json: unknown, headers: Record<string, string> = {}) {
    return this.request<Body>('POST', path, { json, headers });
  }

  put<Body = Record<string, unknown>>(path: string, json: unknown): Promise<Answer<Body>> {
    return this.request('PUT', path, { json });
  }

  patch<Body = Record<string, unknown>>(path: string, json: unknown, headers: Record<string, string> = {}) {
    return this.request<Body>('PATCH', path, { json, headers });
  }

  delete<Body = Record<string, unknown>>(path: string): Promise<Answer<Body>> {
    return this.request('DELETE', path);
  }

  async request<Body = Record<string, unknown>>(
    method: string,
    path: string,
    { json, body, headers = {} }: RequestOptions = {},
  ): Promise<Answer<Body>> {
    const content = body ?? (json === undefined ? undefined : JSON.stringify(json));
    const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' };
    const init = { method, headers: { ...type, ...headers }, ...(content !== undefined && { body: content }) };
    const response = await fetch(this.url + path, init);
    return answerOf(response.status, response.headers, await response.text());
  }

  /** Opens a session and gives its id. */
  async open(request: Record<string, unknown> = {}): Promise<string> {
    const { body } = await this.post<{ sessionId: string }>('/v1/sessions', request);
    return body.sessionId;
  }

  /** Applies operations to a session. */
  apply<Body = { revision: number; messages: number[] }>(sessionId: string, ...ops: unknown[]): Promise<Answer<Body>> {
    return this.post(`/v1/sessions/${sessionId}/ops`, { ops });
  }

  /** Sends a request line and headers as they are: clients tidy up paths, attackers don't. */
  rawRequest(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = ''): Promise<Answer> {
    const lines = Object.entries({ host: 'parley', connection: 'close', ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return this.raw(`${method} ${path} HTTP/1.1\r\n${head}\r\n${body}`);
  }

  /** Writes bytes to a socket and reads the answer until the server closes; `half` says that nothing follows. */
  async raw(bytes: string | Buffer, { half = false } = {}): Promise<Answer> {
    const text = await this.exchange(bytes, half);
    const [head = '', ...rest] = text.split('\r\n\r\n');
    const [statusLine = '', ...lines] = head.split('\r\n');
    const headers = new Headers(
      lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    );
    return answerOf(Number(statusLine.split(' ')[1]), headers, rest.join('\r\n\r\n'));
  }

  private exchange(bytes: string | Buffer, half: boolean): Promise<string> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const finish = () => resolve(Buffer.concat(chunks).toString());
      const socket = connect(this.port, '127.0.0.1', () => (half ? socket.end(bytes) : socket.write(bytes)));
      socket.setTimeout(RAW_TIMEOUT_MS, () => {
        socket.destroy();
        reject(new Error(`no end of the answer within ${RAW_TIMEOUT_MS} ms`));
      });
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.on('error', finish);
      socket.on('close', finish);
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.removeData();
  }
}

/** Runs a suite once on each store. */
export function onEachStore(
  title: string,
  suite: (service: () => TestService) => void,
  variables: Record<string, string> = {},
): void {
  describe.each<StoreKind>(['embedded', 'redis'])(`${title}, on the %s store`, (store) => {
    let service: TestService;
    beforeAll(async () => {
      service = await TestService.start(store, variables);
    });
    suite(() => service);
    // Last, so that the suite's own hooks still find it.
    afterAll(() => service.close());
  });
}

function answerOf<Body>(status: number, headers: Headers, text: string): Answer<Body> {
  const isJson = (headers.get('content-type') ?? '').includes('json') && text !== '';
  return { status, headers, text, body: (isJson ? JSON.parse(text) : undefined) as Body };
}
