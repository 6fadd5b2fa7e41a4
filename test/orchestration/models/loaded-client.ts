import 'reflect-metadata';
import { createApp } from '../../../src/create-app';
import { CHAT_MODEL, type ChatModel } from '../../../src/orchestration/models';

/** Starts the service and prints which model it has, and whether the vendors' client was loaded for it. */
async function main(): Promise<void> {
  const app = await createApp();
  await app.init();
  const isLoaded = Object.keys(require.cache).some((file) => file.includes('node_modules/openai/'));
  const { name } = app.get<ChatModel>(CHAT_MODEL, { strict: false });
  process.stdout.write(`${JSON.stringify({ name, isLoaded })}\n`);
  await app.close();
  process.exit(0);
}

void main();
