import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../../src/programs/usage-error';
import { parseOptions, USAGE } from './options';
import { isClean, torture } from './torture';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'parley-torture-'));
  process.stdout.write(`torture: ${JSON.stringify(options)}\n`);
  const report = await torture(options, folder);
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const clean = isClean(report);
  if (clean) rmSync(folder, { recursive: true, force: true });
  process.stdout.write(clean ? 'torture: nothing lost\n' : `torture: FAILED; the services' logs are in ${folder}\n`);
  return clean ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`torture: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
