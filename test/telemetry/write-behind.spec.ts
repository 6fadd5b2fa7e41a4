import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../support/service-process';
import { OtlpCollector } from './otlp-collector';

describe('the writes of a memo', () => {
  it('each batch has a span of its own, and those of the end are delivered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-telemetry-'));
    const collector = await OtlpCollector.start();
    const env = { DATA_DIR: folder, PORT: '0', HOST_SESSIONS: 'one,two', HOST_OPS: '300' };
    const host = ServiceProcess.run('test/support/memo-host.ts', {
      ...env,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'memo-host',
    });
    await host.says(/API keys/);
    expect((await host.stop()).code).toBe(0);
    for (const sessionId of ['one', 'two']) {
      const batches = collector.spans.filter(
        ({ name, attributes }) => name === 'parley.store.apply' && attributes['parley.session.id'] === sessionId,
      );
      const sizes = batches.map(({ attributes }) => Number(attributes['parley.batch.size']));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(300);
      expect(batches.every(({ parentSpanId }) => parentSpanId === undefined)).toBe(true);
      expect(batches[0]?.resource['service.name']).toBe('memo-host');
    }
    expect(collector.bodies.some((body) => body.includes('message 1'))).toBe(false);
    await collector.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});
