import SwaggerParser from '@apidevtools/swagger-parser';
import type { OpenAPIObject } from '@nestjs/swagger';
import { OP_SCHEMAS } from '../../src/store/ops';
import { openApiText, readOpenApiFile } from '../support/openapi-file';
import { TestService } from '../support/service';

describe('the OpenAPI document', () => {
  let service: TestService;
  let document: OpenAPIObject;
  beforeAll(async () => {
    service = await TestService.start();
    document = (await service.get<OpenAPIObject>('/docs-json')).body;
  });
  afterAll(() => service.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods as Record<string, { responses: Record<string, unknown> }>).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );

  it('is the one in docs/openapi.json (npm run openapi writes it anew)', () => {
    expect(openApiText(service)).toBe(readOpenApiFile());
  });

  it('is valid OpenAPI 3.1', async () => {
    const copy = JSON.parse(readOpenApiFile()) as Parameters<typeof SwaggerParser.validate>[0];
    await expect(SwaggerParser.validate(copy)).resolves.toMatchObject({ openapi: '3.1.0' });
  });

  it('has every route of the contract', () => {
    const routes = operations().map(([name]) => name.replace(/\{(\w+)\}/g, ':$1'));
    expect(routes.sort()).toEqual(
      [
        'POST /v1/sessions',
        'GET /v1/sessions',
        'GET /v1/sessions/:id',
        'DELETE /v1/sessions/:id',
        'POST /v1/sessions/:id/ops',
        'GET /v1/sessions/:id/history/:agent',
        'GET /v1/sessions/:id/context/:key',
        'PUT /v1/sessions/:id/context/:key',
        'DELETE /v1/sessions/:id/context/:key',
        'GET /v1/sessions/:id/latency',
        'GET /v1/sessions/:id/playback',
        'POST /v1/sessions/:id/turns',
        'GET /v1/sessions/:id/agents',
        'GET /v1/sessions/:id/agents/:name',
        'POST /v1/sessions/:id/handoffs',
        'GET /v1/admin/sessions/:id/raw',
        'POST /v1/admin/sessions/:id/repair',
        'GET /v1/admin/sessions/:id/agents/:name',
        'PATCH /v1/admin/sessions/:id/agents/:name',
        'DELETE /v1/admin/sessions/:id/agents/:name',
        'POST /v1/admin/sessions/:id/agents',
        'DELETE /v1/admin/sessions/:id/agents',
        'GET /v1/admin/sessions/:id/agents/:name/revisions',
        'POST /v1/admin/sessions/:id/agents/:name/preview',
        'POST /v1/admin/sessions/:id/agents/:name/rollback',
        'PUT /v1/admin/sessions/:id/handoffs/:tool',
        'DELETE /v1/admin/sessions/:id/handoffs/:tool',
        'GET /v1/admin/sessions/:id/audit',
        'POST /v1/admin/sessions/:id/rollback',
        'GET /v1/admin/sessions/:id/agent-state',
        'PUT /v1/admin/sessions/:id/agent-state',
        'GET /v1/admin/sessions/:id/experiment',
        'PUT /v1/admin/sessions/:id/experiment',
        'DELETE /v1/admin/sessions/:id/experiment',
        'POST /v1/admin/experiments',
        'GET /v1/admin/experiments',
        'GET /v1/admin/experiments/:id',
        'PATCH /v1/admin/experiments/:id',
        'DELETE /v1/admin/experiments/:id',
        'GET /v1/admin/experiments/:id/results',
        'GET /v1/latency',
        'GET /v1/latency/fleet',
        'GET /v1/fleet/sessions',
        'GET /v1/latency/series',
        'GET /v1/sessions/:id/transcript',
        'POST /v1/live/tickets',
        'POST /v1/console/session',
        'GET /v1/console/session',
        'DELETE /v1/console/session',
        'GET /health/live',
        'GET /health/ready',
        'GET /metrics',
      ].sort(),
    );
    const server = service.app.getHttpAdapter().getInstance();
    for (const route of routes) {
      const [method, url] = route.split(' ') as ['GET', string];
      expect([route, server.hasRoute({ method, url })]).toEqual([route, true]);
    }
  });

  it('gives every operation of a batch a schema of its own, told apart by `op`', () => {
    const schemas = document.components?.schemas as Record<string, Record<string, unknown>>;
    const names = Object.keys(OP_SCHEMAS);
    expect(schemas['Op']?.['oneOf']).toEqual(names.map((name) => ({ $ref: `#/components/schemas/${name}Op` })));
    expect(schemas['Op']?.['discriminator']).toMatchObject({ propertyName: 'op' });
    for (const name of names) {
      expect(schemas[`${name}Op`]).toEqual(JSON.parse(JSON.stringify(OP_SCHEMAS[name as keyof typeof OP_SCHEMAS])));
    }
  });

  it('says of every route below /v1 how it answers without a key, and of every route how it refuses', () => {
    for (const [name, { responses }] of operations()) {
      expect(Object.keys(responses)).toContain('default');
      // It lets in by itself.
      if (name.includes('/v1/console/')) continue;
      if (name.includes('/v1/')) expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403', '503']));
    }
  });

  it('describes every refusal as problem+json', () => {
    for (const [, { responses }] of operations()) {
      for (const [status, response] of Object.entries(responses)) {
        if (status < '400') continue;
        expect(Object.keys((response as { content: object }).content)).toEqual(['application/problem+json']);
      }
    }
  });
});
