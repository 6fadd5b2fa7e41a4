/** The service as it is configured, in real time. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExpiryWheel } from '../../src/archive/idle/expiry-wheel';
import { IdleArchivist } from '../../src/archive/idle/idle-archivist';
import { systemClock } from '../../src/common/clock';
import { SHARED_STORE, type SharedStore } from '../../src/store/shared-store';
import { TestService } from '../support/service';
import { until } from '../support/until';

const TTL_SECONDS = 8;

describe.each(['embedded', 'redis'] as const)('idle sessions of the service, on the %s store', (store) => {
  it('are in ARCHIVE_DIR when they have expired, once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-idle-'));
    const service = await TestService.start(store, { ARCHIVE_DIR: folder });
    const sessionId = await service.open({ ttlSeconds: TTL_SECONDS, context: { plan: 'gold' } });
    const isThere = async () => (await service.get(`/v1/sessions/${sessionId}`)).status === 200;
    await until(async () => !(await isThere()), 2 * TTL_SECONDS * 1000);
    const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { sessionId, revision: 1, context: { plan: 'gold' } },
    ]);
    expect((await service.get('/metrics')).text).toContain('parley_idle_sessions_total{outcome="archived"} 1');
    await service.close();
    rmSync(folder, { recursive: true });
  });

  it('are nobody’s business where no archive is configured', async () => {
    const service = await TestService.start(store);
    expect(service.app.get(IdleArchivist, { strict: false })).toBeUndefined();
    await service.open({ ttlSeconds: 1 });
    const wheel = new ExpiryWheel(service.app.get<SharedStore>(SHARED_STORE), systemClock);
    expect((await wheel.read(wheel.lastSlot + 2)).size + (await wheel.read(wheel.lastSlot + 1)).size).toBe(0);
    await service.close();
  });
});
