/** Two processes of the service on one Redis: what one does is seen by who watches in the other. */
import type { FleetPage } from '../../src/fleet';
import type { ServerFrameOf } from '../../src/live';
import { LiveClient } from '../live/live-client';
import { TestService } from '../support/service';
import { testRedisUrl, uniquePrefix } from '../support/test-redis';
import { until } from '../support/until';

const say = { op: 'append', agent: 'a', role: 'user', content: 'x' };

describe('the fleet of two processes', () => {
  const settings = { STORE: 'redis', REDIS_URL: testRedisUrl(), KEY_PREFIX: uniquePrefix() };
  let one: TestService;
  let two: TestService;
  beforeAll(async () => {
    one = await TestService.start('redis', settings);
    two = await TestService.start('redis', settings);
  });
  afterAll(() => Promise.all([one.close(), two.close()]));

  const list = async (service: TestService, search: string) =>
    (await service.get<FleetPage>(`/v1/fleet/sessions?search=${search}`)).body;
  const sees = (service: TestService, sessionId: string, members: object) =>
    until(async () => {
      const [session] = (await list(service, sessionId)).sessions;
      return (
        session !== undefined && Object.entries(members).every(([key, value]) => Reflect.get(session, key) === value)
      );
    });

  it('sees sessions of either, and what both do to one of them', async () => {
    const id = await one.open({ context: { caller_name: 'Ada' } });
    await sees(two, id, { revision: 1 });
    await two.apply(id, say);
    await one.apply(id, say, { op: 'setActiveAgent', agent: 'Fraud' });
    await two.apply(id, { op: 'setInterrupted', value: true });
    const expected = { revision: 4, turns: 2, interruptions: 1, activeAgent: 'Fraud' };
    await Promise.all([sees(one, id, expected), sees(two, id, expected)]);
    expect(await list(two, 'ada')).toEqual(await list(one, 'ada'));
  });

  it('sees no more of one that the other has ended', async () => {
    const id = await one.open();
    await sees(two, id, {});
    await two.delete(`/v1/sessions/${id}`);
    await until(async () => (await list(one, id)).total === 0);
  });

  it('sees no more of one that has expired', async () => {
    const id = await one.open({ ttlSeconds: 1 });
    await sees(two, id, {});
    await until(async () => (await list(one, id)).total + (await list(two, id)).total === 0);
  });

  it('sees in a process that comes later what was there before', async () => {
    const id = await one.open();
    await one.apply(id, say);
    const three = await TestService.start('redis', settings);
    expect((await list(three, id)).sessions).toEqual((await list(one, id)).sessions);
    await three.close();
  });

  it('is told of a change in the other process within a quarter of a second', async () => {
    const id = await one.open();
    const client = await LiveClient.open(two);
    client.send({ id: 'w', type: 'watchSessions', search: id });
    const turnsShown = () =>
      Math.max(...client.frames.flatMap((frame) => (frame.type === 'sessions' ? [turnsOf(frame)] : [])), -1);
    await until(() => turnsShown() === 0);
    const delaysMs: number[] = [];
    for (let turn = 1; turn <= 40; turn += 1) {
      const startedMs = performance.now();
      await one.apply(id, say);
      await until(() => turnsShown() >= turn);
      delaysMs.push(performance.now() - startedMs);
    }
    await client.close();
    delaysMs.sort((left, right) => left - right);
    process.stdout.write(
      `a change on the list: p50 ${delaysMs[20]?.toFixed(0)} ms, p95 ${delaysMs[37]?.toFixed(0)} ms\n`,
    );
    expect(delaysMs[37]).toBeLessThan(250);
  });
});

function turnsOf({ sessions }: ServerFrameOf<'sessions'>): number {
  return sessions[0]?.turns ?? -1;
}
