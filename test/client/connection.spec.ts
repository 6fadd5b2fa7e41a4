import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until';
import { codeOf, flag, LiveBench } from './live-client.harness';

describe('the connection of the live client', () => {
  const bench = new LiveBench();
  afterEach(() => bench.close());

  it('shows its key in the header', async () => {
    const server = await bench.server();
    await bench.connected(server.url, { key: 'secret' });
    expect(server.requests[0]).toMatchObject({ url: '/v1/live', headers: { authorization: 'Bearer secret' } });
  });

  it('takes a new ticket for each connection', async () => {
    const server = await bench.server();
    let tickets = 0;
    const client = await bench.connected(server.url, { ticket: async () => `t ${(tickets += 1)}` });
    server.dropAll();
    await until(() => client.reconnects === 1);
    expect(server.requests.map(({ url }) => url)).toEqual(['/v1/live?ticket=t+1', '/v1/live?ticket=t+2']);
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('tries again where no ticket can be had', async () => {
    const server = await bench.server();
    const tickets = [() => Promise.reject(new Error('away')), () => new Promise<string>(() => undefined)];
    const ticket = () => tickets.shift()?.() ?? Promise.resolve('t');
    await bench.connected(server.url, { ticket, connectTimeoutMs: 30 });
    expect(server.requests).toHaveLength(1);
  });

  it.each([401, 403])('gives up at once where its key is answered with %d', async (status) => {
    const server = await bench.server({ refusal: () => status });
    expect(await codeOf(bench.connected(server.url, { key: 'wrong' }))).toBe('unauthorized');
    expect(server.requests).toHaveLength(1);
  });

  it('gives up at once where there is no live channel, and comes back to one that was there', async () => {
    let status: number | undefined = 404;
    const server = await bench.server({ refusal: () => status });
    expect(await codeOf(bench.connected(server.url))).toBe('no_channel');
    status = undefined;
    const client = await bench.connected(server.url);
    status = 404;
    server.dropAll();
    await until(() => server.requests.length >= 4);
    status = undefined;
    await until(() => client.reconnects === 1);
  });

  it('gives up when the third ticket in a row lets nobody in', async () => {
    const server = await bench.server({ refusal: () => 401 });
    expect(await codeOf(bench.connected(server.url, { ticket: async () => 'old' }))).toBe('unauthorized');
    expect(server.requests).toHaveLength(3);
  });

  it('gives up when its key is withdrawn, and says so to every session and batch', async () => {
    const server = await bench.server({ fault: ({ type }) => (type === 'ops' ? 'ignored' : 'none') });
    const client = await bench.connected(server.url, { key: 'k' });
    const closed: string[] = [];
    const session = await client.attach('s', { onClosed: ({ reason }) => closed.push(reason) });
    const waiting = codeOf(session.apply(flag(true)));
    server.closeAll(4401);
    expect(await waiting).toBe('unauthorized');
    expect(closed).toEqual(['unauthorized']);
    expect(await codeOf(session.apply(flag(true)))).toBe('unauthorized');
    expect(await codeOf(client.attach('other'))).toBe('unauthorized');
  });

  it('waits for a service that is not there yet', async () => {
    const port = Number(new URL((await bench.server()).url).port);
    await bench.close();
    const client = bench.client({ url: `http://127.0.0.1:${port}` });
    const connecting = client.connect();
    await sleep(20);
    await bench.server({}, port);
    await connecting;
  });

  it('waits no longer than it may', async () => {
    const url = 'http://127.0.0.1:1';
    const client = bench.client({ url, giveUpAfterMs: 40 });
    const connecting = codeOf(client.connect());
    const attaching = codeOf(client.attach('s'));
    expect(await connecting).toBe('connection_lost');
    expect(await attaching).toBe('connection_lost');
    expect(await codeOf(client.connect())).toBe('connection_lost');
  });

  it('waits no longer for a service that lets it in and closes each time', async () => {
    const server = await bench.server({ fault: () => 'dropped' });
    const client = await bench.connected(server.url, { giveUpAfterMs: 60 });
    expect(await codeOf(client.attach('s'))).toBe('connection_lost');
  });

  it.each([1012, 4400, 4408])('comes back after a close with %d', async (code) => {
    const server = await bench.server();
    const client = await bench.connected(server.url);
    const session = await client.attach('s');
    server.closeAll(code);
    await until(() => client.reconnects === 1);
    expect(await session.apply(flag(true))).toMatchObject({ revision: 2 });
  });

  it('comes back when the service says that it may', async () => {
    const server = await bench.server();
    const client = await bench.connected(server.url);
    server.push({ type: 'closed', reason: 'shutting_down', reconnectAfterSeconds: 0.15 });
    const start = performance.now();
    server.closeAll(1012);
    await until(() => client.reconnects === 1);
    expect(performance.now() - start).toBeGreaterThanOrEqual(145);
  });

  it('notices that nobody answers any more', async () => {
    const server = await bench.server();
    const client = await bench.connected(server.url, { pingIntervalMs: 20, ackTimeoutMs: 40 });
    await until(() => server.seen.some(({ type }) => type === 'ping'));
    expect(client.reconnects).toBe(0);
    server.freeze();
    await until(() => client.reconnects === 1);
  });

  it('passes over what is no frame', async () => {
    const server = await bench.server();
    const client = await bench.connected(server.url);
    const session = await client.attach('s');
    for (const text of ['', '{', '[]', 'null', '{"type":"change"}', '{"type":"toString"}', '{"type":"new","id":"1"}']) {
      server.send(text);
    }
    expect(await session.apply(flag(true))).toMatchObject({ revision: 2 });
    expect(client.reconnects).toBe(0);
  });
});
