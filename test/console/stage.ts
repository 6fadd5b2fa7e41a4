import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../support/redis-server';
import { ServiceProcess } from '../support/service-process';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';

/** Who works with the console, and the voice runtime beside it: name, role and secret of each. */
export const KEYS = {
  ada: { role: 'admin', secret: 'ada-secret-0001' },
  bob: { role: 'admin', secret: 'bob-secret-0001' },
  vera: { role: 'audit', secret: 'vera-secret-0001' },
  rita: { role: 'read', secret: 'rita-secret-0001' },
  voice: { role: 'runtime', secret: 'voice-secret-0001' },
} as const;
export type KeyName = keyof typeof KEYS;

const API_KEYS = Object.entries(KEYS)
  .map(([name, { role, secret }]) => `${name}:${role}:${secret}`)
  .join(',');

/** One process of the service, on a port that it comes back to. */
export class StageService {
  private process: ServiceProcess | undefined;

  constructor(
    private readonly env: Readonly<Record<string, string>>,
    private readonly port: number,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.process = await ServiceProcess.start({ ...this.env, PORT: String(this.port) });
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    await this.process?.stop(signal);
    this.process = undefined;
  }

  /** A request under somebody's key. @throws Error unless it is granted */
  async request<T>(as: KeyName, method: string, path: string, json?: unknown): Promise<T> {
    const headers = {
      authorization: `Bearer ${KEYS[as].secret}`,
      ...(json !== undefined && { 'content-type': 'application/json' }),
    };
    const response = await fetch(this.url + path, {
      method,
      headers,
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Opens a call with a caller whom the service knows. */
  async openCall(sessionId: string, email = 'john.smith@email.com'): Promise<void> {
    await this.request('voice', 'POST', '/v1/sessions', { sessionId, email });
  }

  /** One turn of a call, from the caller's words to the agent's answer. */
  async say(sessionId: string, transcript: string): Promise<void> {
    await this.request('voice', 'POST', `/v1/sessions/${sessionId}/turns`, { transcript });
  }
}

/** Two processes of the service on one real Redis, with the console. */
export class Stage {
  private constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    readonly services: readonly [StageService, StageService],
  ) {}

  static async open(variables: Readonly<Record<string, string>> = {}): Promise<Stage> {
    if (!existsSync(join(__dirname, '../../console/dist/index.html'))) {
      throw new Error('The console is not built: npm test builds it, and npm run build.');
    }
    const prefix = uniquePrefix();
    const env = {
      STORE: 'redis',
      REDIS_URL: testRedisUrl(),
      KEY_PREFIX: prefix,
      API_KEYS,
      SESSION_AGENT_OVERRIDES_ENABLED: 'true',
      AGENT_CHANGES_PER_MINUTE: '1000',
      LOG_LEVEL: 'warn',
      ...variables,
    };
    const services = [new StageService(env, await freePort()), new StageService(env, await freePort())] as const;
    await Promise.all(services.map((service) => service.start()));
    return new Stage(new Redis(testRedisUrl()), prefix, services);
  }

  async close(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await removeKeys(this.redis, this.prefix);
    this.redis.disconnect();
  }
}
