import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/common/clock';
import { isParleyError } from '../../src/common/parley-error';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';

const SESSIONS = ['a', 'b', 'c'];
const LONG = 'x'.repeat(2000);

/** Writes to a store whose file may not grow, then to the same store when it may again; prints what became of it. */
async function main(folder: string): Promise<void> {
  const options = { folder, defaultTtlSeconds: 7200, keepsRuns: false };
  const store = await EmbeddedSessionStore.open(options, systemClock);
  await Promise.all(SESSIONS.map((id) => store.create(id, 7200, { id: 'open', ops: [] })));
  const outcome = { written: 0, refused: [] as string[], writtenLater: 0 };
  const write = async (id: string, batch: string) => {
    const ops = [{ op: 'append', agent: 'a', role: 'user', content: LONG } as const];
    await store.apply(id, { id: batch, ops });
  };
  const all = (batch: string, onDone: () => void) =>
    Promise.all(
      SESSIONS.map((id) =>
        write(id, batch).then(onDone, (error: unknown) =>
          outcome.refused.push(isParleyError(error) ? error.code : String(error)),
        ),
      ),
    );
  limit(String(statSync(join(folder, 'data.mdb')).size));
  for (let number = 0; number < 20; number += 1) await all(`b${number}`, () => (outcome.written += 1));
  limit('unlimited');
  await all('later', () => (outcome.writtenLater += 1));
  await store.close();
  process.stdout.write(`outcome ${JSON.stringify(outcome)}\n`);
}

function limit(bytes: string): void {
  execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${bytes}:unlimited`]);
}

void main(process.env['DATA_DIR'] ?? '');
