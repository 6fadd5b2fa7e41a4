import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Redis } from 'ioredis';
import { AppModule } from '../../src/app.module';
import { ArchiveModule, SESSION_ARCHIVE, type SessionArchive } from '../../src/archive';
import { createApp } from '../../src/create-app';
import { RedactionModule } from '../../src/redaction';
import type { Op } from '../../src/store/ops';
import { SESSION_STORE, type SessionStore } from '../../src/store/session-store';
import { TranscriptsModule } from '../../src/transcripts';
import type { StoreKind } from '../support/store-data';
import { removeKeys, testRedisUrl, uniquePrefix } from '../support/test-redis';

/** The service with transcripts and an archive, on a store of its own. */
export class TranscriptApp {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly url: string,
    readonly folder: string,
    private readonly redisPrefix: string,
  ) {}

  static async start(kind: StoreKind, variables: Record<string, string> = {}): Promise<TranscriptApp> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-transcripts-'));
    const redisPrefix = uniquePrefix();
    const redis = kind === 'redis' ? { REDIS_URL: testRedisUrl(), KEY_PREFIX: redisPrefix } : {};
    const own = { STORE: kind, DATA_DIR: join(folder, 'data'), ARCHIVE_DIR: join(folder, 'archive') };
    const all = { HOST: '127.0.0.1', LOG_LEVEL: 'silent', ...own, ...redis, ...variables };
    const { imports = [], ...module } = AppModule.register(all);
    const added = [RedactionModule, TranscriptsModule, ArchiveModule];
    const app = await createApp(all, { ...module, imports: [...imports, ...added] });
    await app.listen(0, '127.0.0.1');
    return new TranscriptApp(app, await app.getUrl(), folder, kind === 'redis' ? redisPrefix : '');
  }

  async call(...ops: readonly Op[]): Promise<string> {
    const { sessionId } = (await (await this.request('POST', '', {})).json()) as { sessionId: string };
    for (const op of ops) await this.request('POST', `/${sessionId}/ops`, { ops: [op] });
    return sessionId;
  }

  async transcript(id: string, query = ''): Promise<{ status: number; type: string | null; text: string }> {
    const response = await this.request('GET', `/${id}/transcript${query}`);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  }

  /** As it is done before a session ends. */
  async archive(id: string): Promise<void> {
    const state = await this.app.get<SessionStore>(SESSION_STORE).load(id);
    await this.app.get<SessionArchive>(SESSION_ARCHIVE).store(state);
  }

  async document(): Promise<string> {
    return (await fetch(`${this.url}/docs-json`)).text();
  }

  async close(): Promise<void> {
    await this.app.close();
    rmSync(this.folder, { recursive: true, force: true });
    if (this.redisPrefix === '') return;
    const redis = new Redis(testRedisUrl());
    await removeKeys(redis, this.redisPrefix);
    redis.disconnect();
  }

  private request(method: string, path: string, json?: unknown): Promise<Response> {
    const body =
      json === undefined ? {} : { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
    return fetch(`${this.url}/v1/sessions${path}`, { method, ...body });
  }
}
