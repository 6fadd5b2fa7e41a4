import { onEachStore } from '../support/service';

onEachStore('the routes for operators', (service) => {
  it('answers liveness', async () => {
    const { status, body } = await service().get('/health/live');
    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });

  it('answers readiness with the store, the service, what waits to be written and the model', async () => {
    const { status, body } = await service().get('/health/ready');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      details: {
        service: { status: 'up' },
        store: { status: 'up' },
        persistence: { status: 'up', failingSessions: 0, liveSessions: 0, pendingBytes: 0 },
        model: { status: 'up', model: 'offline rules (no language model)' },
      },
    });
  });

  it('answers metrics in the Prometheus text format', async () => {
    await service().get('/v1/sessions/unknown');
    const { status, text, headers } = await service().get('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(text).toMatch(
      /^parley_http_request_seconds_count\{method="GET",route="\/v1\/sessions\/:id",status="404"\} \d+$/m,
    );
    expect(text).toMatch(/^process_cpu_user_seconds_total /m);
  });

  it('counts requests under the route, never under the id in the path', async () => {
    const id = await service().open();
    await service().get(`/v1/sessions/${id}`);
    await service().get('/some/unknown/path');
    const { text } = await service().get('/metrics');
    expect(text).not.toContain(id);
    expect(text).not.toContain('/some/unknown/path');
    expect(text).toContain('route="unknown"');
  });

  it('shows the documentation as a page and as JSON', async () => {
    const page = await service().get('/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
    const document = await service().get('/docs-json');
    expect(document.status).toBe(200);
    expect(document.body['openapi']).toBe('3.1.0');
  });
});
