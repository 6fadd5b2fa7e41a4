import { connect } from 'node:net';
import { TestService } from '../support/service';
import { LiveClient } from './live-client';

const append = (content: string) => ({ op: 'append', agent: 'Front', role: 'user', content });

describe('the live channel when the service stops', () => {
  it.each(['embedded', 'redis'] as const)('tells everybody when to come back, on the %s store', async (store) => {
    const service = await TestService.start(store);
    const sessionId = await service.open();
    const clients = await Promise.all(Array.from({ length: 3 }, () => LiveClient.open(service)));
    await clients[0]?.attach(sessionId);
    const startedMs = performance.now();
    await service.close();
    expect(performance.now() - startedMs).toBeLessThan(3000);
    for (const client of clients) {
      const closed = await client.next('closed');
      expect(closed).toMatchObject({ reason: 'shutting_down' });
      expect(closed.reconnectAfterSeconds).toBeGreaterThan(0);
      expect(await client.closed).toEqual({ code: 1012, reason: 'shutting_down' });
    }
  });

  it('answers what is under way first, and refuses what comes after', async () => {
    const service = await TestService.start();
    const sessionId = await service.open();
    const client = await LiveClient.open(service);
    for (let index = 0; index < 100; index += 1) {
      client.send({ id: `o${index}`, type: 'ops', sessionId, ops: [append(`${index}`)] });
    }
    await client.next('accepted');
    const stopped = service.close();
    await client.next('closed', { reason: 'shutting_down' });
    client.send({ id: 'late', type: 'ops', sessionId, ops: [append('late')] });
    await Promise.all([stopped, client.closed]);
    const ids = (type: string) =>
      client.frames.flatMap((frame) => (frame.type === type && 'id' in frame ? [frame.id] : []));
    expect(ids('durable')).toEqual(ids('accepted'));
    expect(ids('durable')).not.toContain('late');
  });

  it('ends in time beside a client that answers nothing, and one that has not finished its upgrade', async () => {
    const service = await TestService.start('embedded', { SHUTDOWN_TIMEOUT_MS: '500' });
    const deaf = await LiveClient.open(service);
    deaf.socket.pause();
    const half = connect(service.port, '127.0.0.1');
    half.on('error', () => undefined);
    half.write('GET /v1/live HTTP/1.1\r\nhost: parley\r\nupgrade: websocket\r\n');
    await service.get('/health/live');
    const startedMs = performance.now();
    await service.close();
    expect(performance.now() - startedMs).toBeLessThan(4000);
    half.destroy();
    deaf.socket.terminate();
  });
});
