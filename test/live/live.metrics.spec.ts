/** What Prometheus is told of sockets, and what they do. */
import { TestService } from '../support/service';
import { until } from '../support/until';
import { LiveClient } from './live-client';

describe('the metrics of the live channel', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await TestService.start('embedded', {
      LIVE_HEARTBEAT_SECONDS: '1',
      LIVE_MAX_BAD_FRAMES: '1',
      LIVE_MAX_QUEUE_BYTES: '65536',
    });
  });
  afterEach(() => service.close());

  const scrape = async () => (await service.get('/metrics')).text;
  /** All series of a metric that are not 0, by the value of their one label. */
  const counted = async (name: string) => {
    const series = (await scrape()).matchAll(new RegExp(`^${name}\\{\\w+="(\\w+)"\\} ([1-9]\\d*)$`, 'gm'));
    return Object.fromEntries([...series].map(([, label = '', count]) => [label, Number(count)] as const));
  };
  const gauges = async () => {
    const text = await scrape();
    const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
    return ['parley_live_sockets', 'parley_live_attachments', 'parley_live_sessions'].map(value);
  };

  it('are how many sockets there are, and what they are attached to', async () => {
    expect(await gauges()).toEqual([0, 0, 0]);
    const [first, second] = [await service.open(), await service.open()];
    const [one, two] = [await LiveClient.open(service), await LiveClient.open(service)];
    for (const [client, id] of [
      [one, first],
      [one, second],
      [two, first],
    ] as const)
      await client.attach(id);
    expect(await gauges()).toEqual([2, 3, 2]);
    await one.close();
    await until(async () => (await gauges())[0] === 1);
    // The second session is followed for a while, for whoever comes back.
    expect(await gauges()).toEqual([1, 1, 2]);
    await two.close();
  });

  it('are frames by type, refusals by code and how long pushes take', async () => {
    const sessionId = await service.open();
    const [writer, reader] = [await LiveClient.open(service), await LiveClient.open(service)];
    await reader.attach(sessionId);
    await writer.ops(sessionId, [{ op: 'setInterrupted', value: true }]);
    await reader.next('interrupted');
    await writer.ask('error', { type: 'attach', sessionId: 'none' });
    await writer.ask('error', { type: 'nothing' });
    await writer.ask('pong', { type: 'ping' });
    expect(await counted('parley_live_frames_received_total')).toEqual({ attach: 2, ops: 1, ping: 1 });
    expect(await counted('parley_live_frames_sent_total')).toEqual({
      attached: 1,
      accepted: 1,
      durable: 1,
      change: 1,
      interrupted: 1,
      error: 2,
      pong: 1,
    });
    expect(await counted('parley_live_frames_refused_total')).toEqual({ session_not_found: 1, validation_failed: 1 });
    const text = await scrape();
    expect(text).toMatch(/^parley_live_push_seconds_count 1$/m);
    expect(text).toMatch(/^parley_live_push_seconds_bucket\{le="2.5"\} 1$/m);
    // Named before the first of their kind, and with nothing of a client in them.
    expect(text).toContain('parley_live_frames_sent_total{type="state"} 0');
    expect(text).not.toContain('nothing');
    await Promise.all([writer.close(), reader.close()]);
  });

  it('are why sockets are gone', async () => {
    const closed = () => counted('parley_live_sockets_closed_total');
    await (await LiveClient.open(service)).close();
    await until(async () => (await closed())['client'] === 1);

    const bad = await LiveClient.open(service);
    bad.raw('{');
    bad.raw('{');
    await bad.closed;
    const dead = await LiveClient.open(service, { autoPong: false });
    await dead.closed;

    const sessionId = await service.open();
    const slow = await LiveClient.open(service);
    await slow.attach(sessionId);
    slow.socket.pause();
    const large = { op: 'setContext', key: 'large', value: 'x'.repeat(60_000) };
    const writer = await LiveClient.open(service);
    for (let sent = 0; sent < 300; sent += 1) writer.send({ id: 'f', type: 'ops', sessionId, ops: [large] });
    await writer.ops(sessionId, [large]);
    slow.socket.resume();
    await slow.closed;
    await until(async () => (await closed())['slow_reader'] === 1);
    expect(await closed()).toEqual({ client: 1, bad_frames: 1, dead_peer: 1, slow_reader: 1 });
    await writer.close();
  });
});
