import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../support/service-process';

describe('an embedded store whose disk is full', () => {
  it('refuses what it cannot write, stays up, and writes again when there is room', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-full-'));
    const { code, output } = await ServiceProcess.run('test/store/full-disk.ts', { DATA_DIR: folder }).end();
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
    const outcome = JSON.parse(/^outcome (.*)$/m.exec(output)?.[1] ?? '{}') as { written: number; refused: string[] };
    expect(outcome).toMatchObject({ writtenLater: 3 });
    expect(outcome.refused.length).toBe(60 - outcome.written);
    expect(outcome.refused.length).toBeGreaterThan(30);
    expect(outcome.refused.every((refusal) => ['store_full', 'store_unavailable'].includes(refusal))).toBe(true);
  });
});
