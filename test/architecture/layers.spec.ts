import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../..');

describe('the layers of ARCHITECTURE.md', () => {
  it('hold, and no import runs in a circle', () => {
    const cruiser = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [cruiser, '--config', 'config/dependency-cruiser.cjs', 'src'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect({ status, violations: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, violations: '' });
  });
});
