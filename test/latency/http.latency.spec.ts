import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FleetSummary, ServiceSummary } from '../../src/latency';
import { LatencyMeter } from '../../src/latency/latency-meter';
import { startLatencyService } from './latency.service';

describe('latency over HTTP', () => {
  let app: NestFastifyApplication;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ app, close } = await startLatencyService({ LATENCY_BUDGETS: 'llm_ttft=0.8' }));
    await app.inject({ method: 'POST', url: '/v1/sessions', payload: { sessionId: 'call' } });
    const ops = [0.5, 0.7, 1.2].map((seconds) => ({ op: 'recordLatency', stage: 'llm_ttft', seconds }));
    await app.inject({ method: 'POST', url: '/v1/sessions/call/ops', payload: { ops } });
  });
  afterAll(() => close());

  const get = async <Body>(url: string) => {
    const { statusCode, body } = await app.inject({ method: 'GET', url });
    return { status: statusCode, body: JSON.parse(body) as Body };
  };

  it('tells the figures of this process', async () => {
    const { status, body } = await get<ServiceSummary>('/v1/latency');
    expect(status).toBe(200);
    expect(Math.abs(body.since - Date.now() / 1000)).toBeLessThan(600);
    expect(body.stages).toMatchObject({
      llm_ttft: {
        count: 3,
        min: 0.5,
        max: 1.2,
        avg: expect.closeTo(0.8) as number,
        total: expect.closeTo(2.4) as number,
        p50: expect.closeTo(0.7, 1) as number,
        p90: expect.closeTo(0.7, 1) as number,
        p95: expect.closeTo(0.7, 1) as number,
        p99: expect.closeTo(0.7, 1) as number,
        overBudget: 1,
      },
    });
  });

  it('tells the figures of all processes', async () => {
    await app.get(LatencyMeter, { strict: false }).flush();
    const { status, body } = await get<FleetSummary>('/v1/latency/fleet');
    expect(status).toBe(200);
    expect(body.to - body.from).toBeGreaterThanOrEqual(59 * 60);
    expect(body.to - body.from).toBeLessThan(60 * 60);
    expect(body.stages['llm_ttft']).toMatchObject({ count: 3, overBudget: 1 });
    expect(body.minutes.map(({ stages }) => stages['llm_ttft']?.count)).toEqual([3]);
  });

  it('tells as many minutes as are asked for', async () => {
    const { body } = await get<FleetSummary>('/v1/latency/fleet?minutes=1440');
    expect(body.to - body.from).toBeGreaterThanOrEqual(1439 * 60);
  });

  it.each(['0', '1441', '-5', '1.5', 'x', ''])('refuses a range of %j minutes', async (minutes) => {
    const { status, body } = await get<{ code: string }>(`/v1/latency/fleet?minutes=${minutes}`);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('documents what it answers', async () => {
    const { body } = await get<{ paths: Record<string, object> }>('/docs-json');
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(['/v1/latency', '/v1/latency/fleet']));
  });

  it('measures in the metrics', async () => {
    const { body } = await app.inject({ method: 'GET', url: '/metrics' });
    expect(body).toContain('parley_stage_seconds_count{stage="llm_ttft",agent="none",variant="none"} 3');
    expect(body).toContain('parley_latency_over_budget_total{stage="llm_ttft"} 1');
    expect(body).toMatch(/^parley_memo_live_sessions 0$/m);
  });
});

describe('latency over HTTP, with keys', () => {
  it('is for those who may read', async () => {
    const { app, close } = await startLatencyService({ API_KEYS: 'ada:read:secret-of-ada-1' });
    const status = async (headers: Record<string, string>) =>
      (await app.inject({ method: 'GET', url: '/v1/latency/fleet', headers })).statusCode;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer secret-of-ada-1' })).toBe(200);
    await close();
  });
});
