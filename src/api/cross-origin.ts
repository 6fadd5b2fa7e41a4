import type { FastifyInstance, FastifyReply } from 'fastify';

/** Answers that a page may read beside the body. */
const EXPOSED = 'retry-after, www-authenticate';
const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const REQUEST_HEADERS = 'authorization, content-type, idempotency-key, if-match';
/** How long a browser need not ask again, seconds. */
const PREFLIGHT_SECONDS = '600';

/**
 * Lets pages of the named origins call; with none, browsers keep all pages of other origins out. Keys come in a header and
 * never by themselves, so no credentials are allowed. Before the hook that asks for a key: a preflight has none.
 */
export function allowOrigins(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  server.addHook('onRequest', (request, reply, done) => {
    // Also for who is not let in: a cache must not give the one's answer to the other.
    void reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return done();
    void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED });
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return done();
    answerPreflight(reply);
  });
}

function answerPreflight(reply: FastifyReply): void {
  void reply
    .headers({
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': REQUEST_HEADERS,
      'access-control-max-age': PREFLIGHT_SECONDS,
    })
    .status(204)
    .send();
}
