import 'reflect-metadata';
import { createApp } from '../../src/create-app';
import { MemoService } from '../../src/memo';
import { serve } from '../../src/serve';

/** The service with live memos whose changes nobody has persisted: HOST_SESSIONS names them, HOST_OPS says how many. */
async function main(): Promise<void> {
  const app = await createApp();
  const memos = app.get(MemoService);
  for (const sessionId of (process.env['HOST_SESSIONS'] ?? '').split(',')) {
    const memo = await memos.open(sessionId, 600);
    for (let index = 0; index < Number(process.env['HOST_OPS']); index += 1) {
      memo.appendToHistory('Front', 'user', `message ${index}`);
    }
  }
  await serve(app);
}

void main();
