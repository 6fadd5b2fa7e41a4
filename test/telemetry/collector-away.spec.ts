import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';
import { OtlpCollector } from './otlp-collector';

/** Exports often and gives up soon, so that many exports fail while the test runs. */
const HURRY = { OTEL_BSP_SCHEDULE_DELAY: '50', OTEL_METRIC_EXPORT_INTERVAL: '100', OTEL_EXPORTER_OTLP_TIMEOUT: '100' };
/** Two seconds for the collector, and what a shutdown takes without it. */
const STOP_MS = 3500;

async function endpoints() {
  const silent = await OtlpCollector.start(true);
  return { silent, refusing: `http://127.0.0.1:${await freePort()}` };
}

describe('a collector that is away', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-telemetry-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (endpoint: string, env: Record<string, string> = {}) =>
    ServiceProcess.start({ DATA_DIR: folder, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...env });

  const timeToStop = async (service: ServiceProcess) => {
    const startedMs = performance.now();
    const { code, output } = await service.stop();
    expect(code).toBe(0);
    return { ms: performance.now() - startedMs, output };
  };

  it('the service serves as ever, and says so once a minute', async () => {
    const { silent, refusing } = await endpoints();
    const service = await start(refusing, HURRY);
    for (let round = 0; round < 40; round += 1) {
      expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const { ms, output } = await timeToStop(service);
    expect(ms).toBeLessThan(STOP_MS);
    expect(output.split('\n').filter((line) => line.includes('"Telemetry"'))).toHaveLength(1);
    await silent.stop();
  });

  it.each(['refuses connections', 'never answers'])(
    'one that %s does not keep the service from ending',
    async (how) => {
      const { silent, refusing } = await endpoints();
      const service = await start(how === 'never answers' ? silent.url : refusing);
      expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
      const { ms } = await timeToStop(service);
      expect(ms).toBeLessThan(STOP_MS);
      await silent.stop();
    },
  );
});
