import 'reflect-metadata';
import { isParleyError } from './common/parley-error';
import { createApp } from './create-app';
import { serve } from './serve';

async function main(): Promise<void> {
  await serve(await createApp());
}

main().catch((error: unknown) => {
  // What a person can mend is said in one sentence; anything else needs its stack.
  const text = isParleyError(error) ? error.message : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`Parley does not start: ${text}\n`);
  process.exit(1);
});
