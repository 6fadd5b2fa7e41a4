import { TestService } from '../support/service';
import { trickle } from './trickle';

/** Each of them would keep a server busy that waits for whole requests: what counts is that all of them are over in time. */
const CLIENTS = 40;
const EVERY_MS = 400;
/** Longest that headers and a whole request may take, and how late the server may notice it. */
const HEADERS_SECONDS = 10;
const REQUEST_SECONDS = 30;
const LATE_SECONDS = 5;
/** Others do not wait until those are gone. */
const SERVED_WITHIN_MS = 5000;

describe('clients that send a byte now and then', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.close());

  const many = (head: string, piece: string) =>
    Promise.all(Array.from({ length: CLIENTS }, () => trickle(service.port, head, piece, EVERY_MS)));

  it('are told that they took too long, and closed, while others are served', async () => {
    const headers = many('GET /v1/sessions HTTP/1.1\r\nhost: parley\r\n', 'x-slow: 1\r\n');
    const line = many('GET /v1/se', 's');
    const upgrade = many('GET /v1/live HTTP/1.1\r\nhost: parley\r\nupgrade: websocket\r\n', 'x-slow: 1\r\n');
    const length = 'POST /v1/sessions HTTP/1.1\r\nhost: parley\r\ncontent-type: application/json\r\n';
    const body = many(`${length}content-length: 10000\r\n\r\n{`, ' ');
    const chunks = many(`${length}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`, '1\r\n \r\n');
    // The connection says nothing at all.
    const silent = many('', '');

    const startedMs = performance.now();
    expect((await service.post('/v1/sessions', {})).status).toBe(201);
    expect(performance.now() - startedMs).toBeLessThan(SERVED_WITHIN_MS);

    for (const { text, seconds } of (await Promise.all([headers, line, upgrade, silent])).flat()) {
      expect(text).toMatch(/^HTTP\/1.1 408 [^]*"code":"request_timeout"/);
      expect(seconds).toBeGreaterThan(HEADERS_SECONDS - 1);
      expect(seconds).toBeLessThan(HEADERS_SECONDS + LATE_SECONDS);
    }
    for (const { text, seconds } of (await Promise.all([body, chunks])).flat()) {
      expect(text).toMatch(/^HTTP\/1.1 408 [^]*"code":"request_timeout"/);
      expect(seconds).toBeLessThan(REQUEST_SECONDS + LATE_SECONDS);
    }
  }, 60_000);
});
