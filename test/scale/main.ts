import { readFileSync, writeFileSync } from 'node:fs';
import { UsageError } from '../../src/programs/usage-error';
import { type Figures, FIGURES_FILE } from './figures';
import { measure } from './measure';
import { isWhole, parseOptions, USAGE } from './options';
import { fill, PAGE_FILE, sections } from './page';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if (options === 'model') {
    await write(JSON.parse(readFileSync(FIGURES_FILE, 'utf8')) as Figures);
    return 0;
  }
  const figures = await measure(options, (line) => process.stdout.write(`scale: ${line}\n`));
  await (isWhole(options) ? write(figures) : print(figures));
  return figures.throughputs.every(({ best }) => best) ? 0 : 1;
}

/** What was measured, and the page that follows from it. */
async function write(figures: Figures): Promise<void> {
  writeFileSync(FIGURES_FILE, `${JSON.stringify(figures, null, 2)}\n`);
  const parts = await sections(figures);
  writeFileSync(PAGE_FILE, fill(readFileSync(PAGE_FILE, 'utf8'), parts));
  show(parts);
}

async function print(figures: Figures): Promise<void> {
  show(await sections(figures));
}

function show(parts: Readonly<Record<string, string>>): void {
  for (const part of Object.values(parts)) process.stdout.write(`\n${part}\n`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`scale: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
