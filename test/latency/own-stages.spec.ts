import type { FleetSummary, ServiceSummary } from '../../src/latency';
import { LatencyMeter } from '../../src/latency/latency-meter';
import { MemoService } from '../../src/memo';
import { LiveClient } from '../live/live-client';
import { onEachStore } from '../support/service';
import { onBothStores } from './latency.harness';

onEachStore(
  'the stages of Parley’s own work',
  (service) => {
    beforeAll(async () => {
      const memos = service().app.get(MemoService, { strict: false });
      const memo = await memos.open('call', 600);
      memo.appendToHistory('Front', 'user', 'hello');
      await memo.persist();
      await memos.release(memo);
      const client = await LiveClient.open(service());
      await client.attach('call');
      await service().apply('call', { op: 'setActiveAgent', agent: 'Front' });
      // From the memory of the channel: nothing is loaded.
      await client.attach('call', 2);
      await client.close();
      await service().app.get(LatencyMeter, { strict: false }).flush();
    });

    const OWN = { persist_lag: 1, session_load: 2 };
    const counts = (stages: ServiceSummary['stages']) =>
      Object.fromEntries(Object.entries(stages).map(([stage, { count }]) => [stage, count]));

    it('are in the figures of the process', async () => {
      const { body } = await service().get<ServiceSummary>('/v1/latency');
      // The opening, the write and the two reads; those of the route above.
      expect(counts(body.stages)).toEqual({ ...OWN, store: 5 });
      for (const { min, max } of Object.values(body.stages)) {
        expect(min).toBeGreaterThan(0);
        expect(max).toBeLessThan(10);
      }
      expect(body.stages['store']?.overBudget).toBe(5);
    });

    it('are in those of the fleet', async () => {
      const { body } = await service().get<FleetSummary>('/v1/latency/fleet');
      expect(counts(body.stages)).toEqual({ ...OWN, store: 5 });
    });

    it('are told to Prometheus, as nobody’s', async () => {
      const { text } = await service().get('/metrics');
      for (const [stage, count] of Object.entries({ ...OWN, store: 5 })) {
        expect(text).toContain(`parley_stage_seconds_count{stage="${stage}",agent="none",variant="none"} ${count}\n`);
      }
    });

    it('are in no session', async () => {
      const { body } = await service().get<{ stages: object }>('/v1/sessions/call/latency');
      expect(body.stages).toEqual({});
    });
  },
  { LATENCY_BUDGETS: 'store=0.0000001' },
);

onBothStores('own stages', (world) => {
  it('are counted until the process ends, and then no more', async () => {
    const { one } = world();
    one.own.record('store', 0.25);
    await one.meter.flush();
    one.own.record('store', 0.5);
    await one.meter.beforeApplicationShutdown();
    one.own.record('store', 1);
    expect(one.service.summary().stages['store']).toMatchObject({ count: 2, min: 0.25, max: 0.5 });
    expect((await one.fleet.summary(1)).stages['store']?.count).toBe(2);
  });

  it('of the store are calls that it has answered, and not its refusals', async () => {
    const { one, two } = world();
    const samples: number[] = [];
    one.calls.listen(({ stage, seconds }) => samples.push(stage === 'store' ? seconds : NaN));
    await one.open('call');
    await one.sessions.load('call');
    await expect(one.sessions.load('none')).rejects.toMatchObject({ code: 'session_not_found' });
    await expect(two.open('call')).rejects.toMatchObject({ code: 'session_exists' });
    expect(samples).toEqual([0, 0]);
  });
});
