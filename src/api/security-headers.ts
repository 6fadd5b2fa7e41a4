import type { FastifyInstance } from 'fastify';

type Headers = Readonly<Record<string, string>>;

/** What every answer tells a browser, those that never reach a route included. */
export const SECURITY_HEADERS: Headers = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  // What a session holds belongs in no cache on the way.
  'cache-control': 'no-store',
};

/** The pages of the documentation load their own scripts, and have their styles and pictures in themselves. */
const PAGE_HEADERS: Headers = {
  ...SECURITY_HEADERS,
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** First of the hooks: what the others refuse has the headers too. */
export function addSecurityHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    void reply.headers(/^\/docs(?![^/?])/.test(request.url) ? PAGE_HEADERS : SECURITY_HEADERS);
    done();
  });
}

/** As lines of an answer that is written by hand. */
export const SECURITY_HEADER_LINES = Object.entries(SECURITY_HEADERS)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
