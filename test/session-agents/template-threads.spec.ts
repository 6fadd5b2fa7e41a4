import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');
const SCRIPT = join(__dirname, 'render-once.ts');
const run = promisify(execFile);

describe('the threads of templates', () => {
  it.each([[[]], [['--expose-gc', '--stack-trace-limit=50']]])(
    'start in a process with the options %j, and end with it',
    async (options) => {
      const args = [...options, '-r', './test/support/register.cjs', SCRIPT];
      expect((await run(process.execPath, args, { cwd: ROOT, timeout: 20_000 })).stdout).toBe('Hello Ada');
    },
  );
});
