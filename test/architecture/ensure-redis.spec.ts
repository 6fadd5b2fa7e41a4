import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(__dirname, '../../scripts/ensure-redis.mjs');

describe('what the test command needs', () => {
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'parley-bin-'));
    symlinkSync('/bin/sh', join(bin, 'sh'));
  });
  afterEach(() => rmSync(bin, { recursive: true, force: true }));

  const run = (env: Record<string, string> = {}) =>
    spawnSync(process.execPath, [script], { env: { PATH: bin, ...env }, encoding: 'utf8' });

  it('is said in one sentence where it can be neither found nor installed', () => {
    const { status, stdout, stderr } = run();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'The tests need redis-server, and there is no package manager to install it with: install it, ' +
        'or set TEST_REDIS_URL to a Redis for tests.\n',
    );
  });

  it('is there where a Redis for tests is given', () => {
    expect(run({ TEST_REDIS_URL: 'redis://127.0.0.1:6379' }).status).toBe(0);
  });

  it('is there where redis-server is on the PATH', () => {
    symlinkSync('/bin/sh', join(bin, 'redis-server'));
    expect(run().status).toBe(0);
  });
});
