import 'reflect-metadata';
import { createApp } from '../../src/create-app';
import { MemoService } from '../../src/memo';
import { serve } from '../../src/serve';

/** How often each memo says something, in milliseconds. */
const PAUSE_MS = 5;

/** The service with live memos that say one message after another and leave the writing to the background. */
async function main(): Promise<void> {
  const app = await createApp();
  const memos = app.get(MemoService);
  const names = (process.env['WRITER_SESSIONS'] ?? '').split(',');
  const live = await Promise.all(names.map((sessionId) => memos.open(sessionId, 600)));
  let next = 0;
  const timer = setInterval(() => {
    for (const memo of live) {
      memo.appendToHistory('Front', 'user', String(next));
      memo.persistBackground();
    }
    next += 1;
  }, PAUSE_MS);
  process.prependOnceListener('SIGTERM', () => {
    clearInterval(timer);
    process.stdout.write(`said ${next}\n`);
  });
  await serve(app);
}

void main();
