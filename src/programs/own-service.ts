import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { AppModule } from '../app.module';
import type { EnvironmentVariables } from '../config/configuration.module';
import { readConfig } from '../config/parley-config';
import { createApp } from '../create-app';
import { SESSION_STORE, type SessionStore } from '../store/session-store';

/** A service that a program talks to. */
export interface TargetService {
  readonly url: string;
  /** In words, for people. */
  readonly description: string;
  close(): Promise<void>;
}

export function remoteService(url: string): TargetService {
  return { url, description: `service at ${url}`, close: () => Promise.resolve() };
}

/** The modules of a service with these variables. */
export type ServiceModules = (variables: EnvironmentVariables) => DynamicModule;

/**
 * The service in this process, on a free loopback port: on the store that STORE names, or else on an embedded one whose
 * data is removed at the end. `modules` is for a program that adds features of its own.
 * @throws ParleyError where the configuration, the store or a file is wrong
 */
export async function startOwnService(
  program: string,
  environment: EnvironmentVariables,
  modules: ServiceModules = (variables) => AppModule.register(variables),
): Promise<TargetService> {
  const variables = variablesOf(environment);
  const { store } = readConfig(variables);
  const folder = store.kind === 'embedded' ? await mkdtemp(join(tmpdir(), `parley-${program}-`)) : undefined;
  const removeData = async () => {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    return await start({ ...variables, ...(folder !== undefined && { DATA_DIR: folder }) }, modules, removeData);
  } catch (error) {
    await removeData();
    throw error;
  }
}

function variablesOf(environment: EnvironmentVariables): EnvironmentVariables {
  return {
    ...environment,
    // Said here, so that a file of settings for another service does not choose the store.
    STORE: environment['STORE'] || 'embedded',
    LOG_LEVEL: environment['LOG_LEVEL'] || 'warn',
    HOST: '127.0.0.1',
    PORT: '0',
    // Nobody but this process talks to it: keys are for another service.
    API_KEYS: '',
  };
}

async function start(
  variables: EnvironmentVariables,
  modules: ServiceModules,
  removeData: () => Promise<void>,
): Promise<TargetService> {
  const app = await createApp(variables, modules(variables));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { description } = app.get<SessionStore>(SESSION_STORE);
  return {
    url: await app.getUrl(),
    description: `own service, store ${description}`,
    close: async () => {
      await app.close();
      await removeData();
    },
  };
}
