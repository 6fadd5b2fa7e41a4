/** Sockets that read slowly, not at all, or are very many. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LiveGateway } from '../../src/live/api/live.gateway';
import { LiveHub } from '../../src/live/hub/live-hub';
import { TestService } from '../support/service';
import { until } from '../support/until';
import { LiveClient } from './live-client';

const MAX_QUEUE_BYTES = 65_536;
const SOCKETS = 200;
const FLOOD = 300;
const large = { op: 'setContext', key: 'large', value: 'x'.repeat(60_000) };

describe('sockets of the live channel', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start('embedded', { LIVE_MAX_QUEUE_BYTES: String(MAX_QUEUE_BYTES) });
  });
  afterAll(() => service.close());

  const sockets = () => service.app.get(LiveGateway).sockets;

  it('that read too slowly are closed with a code that says so, and catch up when they come back', async () => {
    const sessionId = await service.open();
    const [slow, quick] = [await LiveClient.open(service), await LiveClient.open(service)];
    await slow.attach(sessionId);
    await quick.attach(sessionId);
    slow.socket.pause();
    // The network takes some megabytes before anything waits in the process.
    for (let sent = 1; sent < FLOOD; sent += 1) quick.send({ id: 'f', type: 'ops', sessionId, ops: [large] });
    const { revision: last } = await quick.ops(sessionId, [large]);
    slow.socket.resume();
    expect(await slow.closed).toEqual({ code: 4408, reason: 'slow_reader' });
    const closed = await slow.next('closed');
    expect(closed).toMatchObject({ reason: 'slow_reader' });
    expect(closed.reconnectAfterSeconds).toBeGreaterThan(0);
    const seen = slow.revisions();
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 2));
    const back = await LiveClient.open(service);
    expect((await back.attach(sessionId, seen.at(-1))).revision).toBe(last);
    await Promise.all([back.close(), quick.close()]);
  });

  it('are sent sessions that are larger than what may wait for them', async () => {
    const sessions = await Promise.all(Array.from({ length: 10 }, () => service.open()));
    for (const sessionId of sessions) {
      for (let key = 0; key < 5; key += 1) await service.apply(sessionId, { ...large, key: `large ${key}` });
    }
    const client = await LiveClient.open(service);
    const attached = await Promise.all(sessions.map((sessionId) => client.attach(sessionId)));
    expect(attached.map(({ revision }) => revision)).toEqual(sessions.map(() => 6));
    await client.close();
  });

  it('are two hundred, attached to one session and each to its own, and leave nothing behind', async () => {
    await until(() => sockets() === 0);
    const before = service.app.get(LiveHub).sessions;
    const shared = await service.open();
    const own = await Promise.all(Array.from({ length: SOCKETS }, () => service.open()));
    const clients = await Promise.all(own.map(() => LiveClient.open(service)));
    await Promise.all(clients.map((client) => client.attach(shared)));
    await Promise.all(clients.map((client, index) => client.attach(own[index] as string)));
    expect(sockets()).toBe(SOCKETS);
    expect(service.app.get(LiveHub).sessions).toBe(before + SOCKETS + 1);
    await service.apply(shared, { op: 'setInterrupted', value: true });
    await Promise.all(clients.map((client) => client.next('interrupted', { sessionId: shared })));
    await Promise.all(
      clients.map((client, index) => client.ops(own[index] as string, [{ op: 'setInterrupted', value: true }])),
    );
    await Promise.all(clients.map((client) => client.close()));
    await until(() => sockets() === 0);
  });
});

describe('the heartbeats of the live channel', () => {
  it('end sockets whose peer is gone, and leave the others', async () => {
    const service = await TestService.start('embedded', { LIVE_HEARTBEAT_SECONDS: '1' });
    const sessionId = await service.open();
    const dead = await LiveClient.open(service, { autoPong: false });
    const alive = await LiveClient.open(service);
    await dead.attach(sessionId);
    await alive.attach(sessionId);
    expect((await dead.closed).code).toBe(1006);
    await sleep(1500);
    await service.apply(sessionId, { op: 'setInterrupted', value: true });
    await alive.next('change');
    expect(service.app.get(LiveGateway).sockets).toBe(1);
    await alive.close();
    await service.close();
  });
});
