import 'reflect-metadata';
import { EXIT, runEvaluate } from './evaluate';

async function main(): Promise<void> {
  const stop = new AbortController();
  // Once: a second signal ends the process as it always does.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  process.exitCode = await runEvaluate(process.argv.slice(2), {
    environment: process.env,
    output: process.stdout,
    errors: process.stderr,
    signal: stop.signal,
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`evaluate: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = EXIT.failed;
});
