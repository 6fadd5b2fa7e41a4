import { until } from '../support/until';
import type { OtlpCollector } from './otlp-collector';
import { TracedService } from './traced-service';

const INTERVAL_MS = 100;

describe('metrics', () => {
  let service: TracedService;
  let collector: OtlpCollector;
  beforeAll(async () => {
    service = await TracedService.start('embedded', { OTEL_METRIC_EXPORT_INTERVAL: String(INTERVAL_MS) });
    collector = service.collector;
    await service.request('POST', '/v1/sessions', { sessionId: 'call-1' });
    for (const id of ['one', 'two', 'three']) await service.request('GET', `/v1/sessions/${id}`);
    await until(() => collector.dataPoints.some(({ count }) => count === 3));
  });
  afterAll(async () => {
    await service.stop();
    await collector.stop();
  });

  it('arrive at the interval of the standard variable, while the service runs', () => {
    expect(collector.dataPoints.length).toBeGreaterThan(0);
  });

  it('durations of requests are in seconds, told apart by route and error code', () => {
    const expected = {
      name: 'http.server.request.duration',
      unit: 's',
      count: 3,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/v1/sessions/:id',
        'http.response.status_code': 404,
        'url.scheme': 'http',
        'error.type': 'session_not_found',
      },
    };
    expect(collector.dataPoints).toContainEqual({ ...expected, sum: expect.any(Number) as number });
    for (const { sum } of collector.dataPoints) expect(sum).toBeLessThan(5);
  });

  it('durations of store calls are told apart by call and error code, not by session', () => {
    const calls = collector.dataPoints.filter(({ name }) => name === 'db.client.operation.duration');
    expect(calls).toContainEqual(
      expect.objectContaining({ attributes: { 'db.system.name': 'lmdb', 'db.operation.name': 'create' } }),
    );
    const failed = { 'db.system.name': 'lmdb', 'db.operation.name': 'load', 'error.type': 'session_not_found' };
    expect(calls).toContainEqual(expect.objectContaining({ count: 3, unit: 's', attributes: failed }));
  });
});
