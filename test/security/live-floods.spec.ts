import { setTimeout as sleep } from 'node:timers/promises';
import { LiveGateway } from '../../src/live/api/live.gateway';
import { LiveClient } from '../live/live-client';
import { expectProblem } from '../support/problem';
import { TestService } from '../support/service';
import { until } from '../support/until';

const MAX_SOCKETS = 20;
const MAX_QUEUE_BYTES = 65_536;
const FLOOD = 10_000;
/** Understood, and refused at length: of what is sent, this has the largest answer. */
const WRONG = JSON.stringify({ id: 'a', type: 'ops', sessionId: 's', ops: Array<object>(32).fill({ op: 'none' }) });
/** What a flood may cost beside its own answers: the queue of a socket and the garbage of a moment. */
const MAX_GROWTH_BYTES = 96 * 1024 * 1024;
/** Levels that no recursive reader would survive. */
const DEEP = 200_000;

describe('floods over the live channel', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start('embedded', {
      LIVE_MAX_SOCKETS: String(MAX_SOCKETS),
      LIVE_MAX_QUEUE_BYTES: String(MAX_QUEUE_BYTES),
      LIVE_HEARTBEAT_SECONDS: '1',
    });
  });
  afterAll(() => service.close());

  const sockets = () => service.app.get(LiveGateway).sockets;

  it('of sockets end at LIVE_MAX_SOCKETS, with a time to come back, and those that are open stay', async () => {
    const opened = await Promise.allSettled(Array.from({ length: 2 * MAX_SOCKETS }, () => LiveClient.open(service)));
    const clients = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(clients).toHaveLength(MAX_SOCKETS);
    const refused = await LiveClient.refused(service);
    expectProblem(refused, 'too_many_sockets');
    expect(refused.headers.get('retry-after')).toBe('1');
    await clients[0]?.ask('pong', { type: 'ping' });
    await Promise.all(clients.map((client) => client.close()));
    await until(() => sockets() === 0);
    await (await LiveClient.open(service)).close();
  });

  it('of frames that nobody reads the answers of close the socket, and others are served meanwhile', async () => {
    const [flooding, other] = [await LiveClient.open(service), await LiveClient.open(service)];
    flooding.socket.pause();
    const before = process.memoryUsage().rss;
    let peak = before;
    for (let sent = 0; sent < FLOOD && flooding.socket.readyState === flooding.socket.OPEN; sent += 1) {
      flooding.raw(WRONG);
      if (sent % 200 !== 0) continue;
      // Here the other client has its turn, as it would have in another process; it is answered within five seconds.
      await other.ask('pong', { type: 'ping' });
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    flooding.socket.resume();
    expect(await flooding.closed).toEqual({ code: 4408, reason: 'slow_reader' });
    expect(peak - before).toBeLessThan(MAX_GROWTH_BYTES);
    await other.close();
  }, 30_000);

  it.each([
    ['the frame itself', `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`],
    ['a member', `{"id":"a","type":"ping","deep":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}`],
    ['an id', `{"id":${'['.repeat(DEEP)}${']'.repeat(DEEP)},"type":"ping"}`],
    ['a type', `{"id":"a","type":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    [
      'a value',
      `{"id":"a","type":"ops","sessionId":"s","ops":[{"op":"setContext","key":"k","value":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}]}`,
    ],
  ])('of brackets are refused where they nest in %s', async (_where, text) => {
    const client = await LiveClient.open(service);
    client.raw(text);
    expect((await client.next('error')).code).toBe('validation_failed');
    await client.ask('pong', { type: 'ping' });
    await client.close();
  });

  it('of pieces of a frame that never ends take no more than one frame may, and end with the peer', async () => {
    const client = await LiveClient.open(service, { autoPong: false });
    for (let sent = 0; sent < 20; sent += 1) client.socket.send(' '.repeat(64 * 1024), { fin: false });
    // More than a frame holds: refused before it has ended.
    expect(await client.closed).toMatchObject({ code: 1009 });
    const silent = await LiveClient.open(service, { autoPong: false });
    silent.socket.send('{', { fin: false });
    await Promise.race([silent.closed, sleep(10_000)]);
    await until(() => sockets() === 0);
  }, 20_000);
});
