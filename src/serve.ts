import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ParleyError } from './common/parley-error';
import { PARLEY_CONFIG, type ParleyConfig } from './config/parley-config';
import { CHAT_MODEL, type ChatModel } from './orchestration/models';
import { SESSION_STORE, type SessionStore } from './store/session-store';

/** Beyond the time for pending writes: closing connections and files. */
const CLOSING_GRACE_MS = 5000;

/** Listens, says where to look, and ends the process in good order at SIGTERM and SIGINT. */
export async function serve(app: NestFastifyApplication): Promise<void> {
  const config = app.get<ParleyConfig>(PARLEY_CONFIG);
  await listen(app, config.http);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(app, config));
  process.stdout.write(
    banner(await app.getUrl(), config, app.get<SessionStore>(SESSION_STORE), app.get<ChatModel>(CHAT_MODEL)),
  );
}

/** @throws ParleyError `config_invalid` where the address can't be listened on */
async function listen(app: NestFastifyApplication, { port, host }: ParleyConfig['http']): Promise<void> {
  try {
    await app.listen({ port, host });
  } catch (cause) {
    await app.close();
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
    const variable = code === 'EADDRINUSE' || code === 'EACCES' ? 'PORT' : 'HOST';
    const message = `The service cannot listen on HOST ${host} and PORT ${port}: ${code}. Choose another ${variable}.`;
    throw new ParleyError('config_invalid', message, { cause });
  }
}

function banner(url: string, config: ParleyConfig, store: SessionStore, model: ChatModel): string {
  const keys =
    config.apiKeys.length > 0 ? `required (${config.apiKeys.length} configured)` : 'none, local callers only';
  const rows = [
    ['address', url],
    ['docs', `${url}/docs`],
    ['store', store.description],
    ['model', model.name],
    ['API keys', keys],
  ];
  return `Parley is ready\n${rows.map(([name, value]) => `  ${name?.padEnd(9)} ${value}\n`).join('')}`;
}

/** Stops taking requests, writes what is pending, closes the store. */
async function stop(app: NestFastifyApplication, config: ParleyConfig): Promise<void> {
  setTimeout(() => process.exit(1), config.shutdownTimeoutMs + CLOSING_GRACE_MS).unref();
  await app.close();
  process.exit(0);
}
