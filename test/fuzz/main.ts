import { UsageError } from '../../src/programs/usage-error';
import { fuzz, isClean } from './fuzz';
import { parseOptions, USAGE } from './options';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  process.stdout.write(`fuzz: ${JSON.stringify(options)}\n`);
  const report = await fuzz(options, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const clean = isClean(report);
  process.stdout.write(clean ? 'fuzz: nothing found\n' : 'fuzz: FAILED\n');
  return clean ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`fuzz: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
