import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NEEDED = [
  {
    script: 'ensure-redis.mjs',
    program: 'redis-server',
    otherwise: 'set TEST_REDIS_URL to a Redis for tests',
    given: { TEST_REDIS_URL: 'redis://127.0.0.1:6379' },
  },
  {
    script: 'ensure-chromium.mjs',
    program: 'chromium',
    otherwise: 'set TEST_CHROMIUM to the path of one',
    given: { TEST_CHROMIUM: '/opt/chromium/chrome' },
  },
];

describe.each(NEEDED)('$program, which the test command needs,', ({ script, program, otherwise, given }) => {
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'parley-bin-'));
    symlinkSync('/bin/sh', join(bin, 'sh'));
  });
  afterEach(() => rmSync(bin, { recursive: true, force: true }));

  const run = (env: Record<string, string | undefined> = {}) =>
    spawnSync(process.execPath, [join(__dirname, '../../scripts', script)], {
      env: { PATH: bin, ...env },
      encoding: 'utf8',
    });

  it('is asked for in one sentence where it can be neither found nor installed', () => {
    const { status, stdout, stderr } = run();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `The tests need ${program}, and there is no package manager to install it with: install it, or ${otherwise}.\n`,
    );
  });

  it('is there where one is given', () => {
    expect(run(given).status).toBe(0);
  });

  it('is there where it is on the PATH', () => {
    symlinkSync('/bin/sh', join(bin, program));
    expect(run().status).toBe(0);
  });
});
