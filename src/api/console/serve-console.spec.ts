import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createHttpAdapter } from '../http-server';
import { ProblemFilter } from '../problem/problem.filter';
import { serveConsole } from './serve-console';

@Module({})
class NoModule {}

const PAGE = '<!doctype html><title>Parley</title>';
const SCRIPT = 'console.log("hello");'.repeat(50);

describe('the files of the console', () => {
  let folder: string;
  let app: NestFastifyApplication;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-console-'));
    app = await NestFactory.create<NestFastifyApplication>(NoModule, createHttpAdapter(), { logger: false });
    app.useGlobalFilters(new ProblemFilter());
    serveConsole(app, folder);
    await app.init();
  });
  afterEach(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  const build = () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), PAGE);
    writeFileSync(join(folder, 'icon.svg'), '<svg/>');
    writeFileSync(join(folder, '.secret'), 'secret');
    writeFileSync(join(folder, 'assets/main-1a2b.js'), SCRIPT);
    writeFileSync(join(folder, 'assets/main-1a2b.js.gz'), gzipSync(SCRIPT));
    writeFileSync(join(folder, 'assets/main-1a2b.js.br'), brotliCompressSync(SCRIPT));
  };
  const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });

  it.each(['/console', '/console/', '/console/sessions/a.b', '/console/a/b/c?d=e', '/console/../console/x'])(
    '%s is the page, which is asked for anew each time',
    async (url) => {
      build();
      const { statusCode, headers, body } = await get(url);
      expect([statusCode, headers['content-type'], body]).toEqual([200, expect.stringContaining('text/html'), PAGE]);
      expect(headers['cache-control']).toBe('no-store');
    },
  );

  it('the page may run its own scripts and nothing else', async () => {
    build();
    const { headers } = await get('/console');
    const policy = String(headers['content-security-policy']);
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"]),
    );
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it.each([
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['identity', undefined],
  ])('assets go to who takes %s as they were compressed, to be kept for good', async (accepted, encoding) => {
    build();
    const { headers, rawPayload, statusCode } = await get('/console/assets/main-1a2b.js', {
      'accept-encoding': accepted,
    });
    expect([statusCode, headers['content-encoding']]).toEqual([200, encoding]);
    expect(headers['content-type']).toContain('javascript');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    if (encoding === 'br') expect(rawPayload.equals(brotliCompressSync(SCRIPT))).toBe(true);
    if (!encoding) expect(rawPayload.toString()).toBe(SCRIPT);
  });

  it('other files are what they are, and nothing hidden or outside is one', async () => {
    build();
    expect((await get('/console/icon.svg')).body).toBe('<svg/>');
    for (const url of ['/console/.secret', '/console/..%2fpackage.json', '/console/%2e%2e/%2e%2e/etc/passwd']) {
      const { body } = await get(url);
      expect([url, body.includes('secret') || body.includes('root:') || body.includes('"name"')]).toEqual([url, false]);
    }
  });

  it('an asset that is not there is not the page', async () => {
    build();
    const { statusCode, body } = await get('/console/assets/gone-9f.js');
    expect([statusCode, (JSON.parse(body) as { code: string }).code]).toEqual([404, 'route_not_found']);
  });

  it('without a build it says how to make one', async () => {
    for (const url of ['/console', '/console/sessions', '/console/assets/x.js']) {
      const { statusCode, body } = await get(url);
      expect([statusCode, (JSON.parse(body) as { detail: string }).detail]).toEqual([
        404,
        'The console is not built: npm run build builds it.',
      ]);
    }
  });
});
