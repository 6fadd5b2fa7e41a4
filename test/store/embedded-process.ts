/**
 * A second process with the embedded store, for tests that kill it. Run with the folder and what to do:
 *
 *   write   opens a session and applies batch after batch, saying each receipt as soon as it is answered
 *   hold    opens the store and keeps it
 *
 * Says one line of JSON each; what stops it from opening is said likewise, and ends it with 1.
 */
import { systemClock } from '../../src/common/clock';
import { isParleyError } from '../../src/common/parley-error';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';

const [folder = '', task = ''] = process.argv.slice(2);
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
/** Batches under way at once: those that are not answered yet when the process dies may be there or not. */
const AT_ONCE = 4;

async function write(store: EmbeddedSessionStore): Promise<never> {
  await store.create('s', 3600, { id: 'open', ops: [] });
  for (let from = 0; ; from += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, offset) => {
        const content = `message ${from + offset}`;
        const ops = [{ op: 'append', agent: 'a', role: 'user', content } as const];
        const { revision, messages } = await store.apply('s', { id: `b${from + offset}`, ops });
        say({ revision, seq: messages[0], content });
      }),
    );
  }
}

async function main(): Promise<void> {
  try {
    const store = await EmbeddedSessionStore.open({ folder, defaultTtlSeconds: 7200 }, systemClock);
    say('open');
    if (task === 'write') await write(store);
    setInterval(() => undefined, 60_000);
  } catch (error) {
    say(isParleyError(error) ? { code: error.code, message: error.message } : String(error));
    process.exit(1);
  }
}

void main();
