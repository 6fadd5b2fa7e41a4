import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from '../../src/app.module';
import { createApp } from '../../src/create-app';
import { MemoService } from '../../src/memo';
import { SupervisorNotesModule } from './supervisor-notes/supervisor-notes.module';

const KEYS = { read: 'read-secret-0001', runtime: 'runtime-secret-1' };

describe('a feature that another team adds with one line', () => {
  let folder: string;
  let app: NestFastifyApplication;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-example-'));
    const variables = {
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
      API_KEYS: `desk:read:${KEYS.read},ada:runtime:${KEYS.runtime}`,
    };
    const { imports = [], ...module } = AppModule.register(variables);
    app = await createApp(variables, { ...module, imports: [...imports, SupervisorNotesModule] });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const request = async (method: string, path: string, key: keyof typeof KEYS, json?: unknown) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `Bearer ${KEYS[key]}`,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('has its route, its place in the document, validation and access control', async () => {
    await request('POST', '/v1/sessions', 'runtime', { sessionId: 'noted' });
    const added = await request('POST', '/v1/sessions/noted/notes', 'runtime', { text: 'calm the caller' });
    expect([added.status, added.body]).toEqual([201, { revision: 2 }]);
    const { body } = await request('GET', '/v1/sessions/noted/notes', 'read');
    expect(body).toEqual({ notes: [{ text: 'calm the caller', by: 'ada', at: expect.any(Number) as number }] });
    expect((await request('POST', '/v1/sessions/noted/notes', 'read', { text: 'x' })).status).toBe(403);
    expect((await request('POST', '/v1/sessions/noted/notes', 'runtime', {})).body).toMatchObject({
      code: 'validation_failed',
    });
    expect((await request('GET', '/v1/sessions/unknown/notes', 'read')).status).toBe(404);
    const document = (await (await fetch(`${url}/docs-json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toContain('/v1/sessions/{id}/notes');
  });

  it('shows in a live memo at once', async () => {
    const memos = app.get(MemoService);
    const memo = await memos.open('live', 60);
    await request('POST', '/v1/sessions/live/notes', 'runtime', { text: 'offer a callback' });
    expect(JSON.stringify(memo.getContext('supervisor_notes'))).toContain('offer a callback');
    await memos.release(memo);
  });
});
