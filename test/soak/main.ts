import { UsageError } from '../../src/programs/usage-error';
import { parseOptions, USAGE } from './options';
import { isSound, soak } from './soak';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const report = await soak(options, (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const isWell = isSound(report);
  process.stdout.write(isWell ? 'soak: nothing grows, nothing is left\n' : 'soak: FAILED\n');
  return isWell ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`soak: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
