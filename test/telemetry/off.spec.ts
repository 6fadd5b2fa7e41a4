import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';

interface Loaded {
  readonly packages: readonly string[];
  readonly wrapsStore: boolean;
  readonly hooksRequests: boolean;
}

async function loadedWith(env: Readonly<Record<string, string>>): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-telemetry-'));
  const settings = { DATA_DIR: folder, LOG_LEVEL: 'silent', ...env };
  const { output } = await ServiceProcess.run('test/telemetry/loaded-modules.ts', settings).end();
  rmSync(folder, { recursive: true, force: true });
  return JSON.parse(output.trim()) as Loaded;
}

describe('without an endpoint', () => {
  it('no module of the SDK is loaded, no hook added and no store wrapped', async () => {
    expect(await loadedWith({})).toEqual({ packages: [], wrapsStore: false, hooksRequests: false });
  });

  it('with one all of them are', async () => {
    const loaded = await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}` });
    expect(loaded).toMatchObject({ wrapsStore: true, hooksRequests: true });
    expect(loaded.packages).toContain('sdk-node');
  });
});
