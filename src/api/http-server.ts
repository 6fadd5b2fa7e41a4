import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../common/error-catalogue';
import { ParleyError } from '../common/parley-error';
import type { ParleyConfig } from '../config/parley-config';
import { requiredRole } from './auth/access-policy';
import { holdCaller } from './auth/caller';
import { ConsoleAccess } from './console/console-access';
import { allowOrigins } from './cross-origin';
import { HttpConnections } from './http-connections';
import { HttpMetrics } from './http-metrics';
import { LoadShedder } from './load/load-shedder';
import { problem, PROBLEM_MEDIA_TYPE } from './problem/problem';
import { ProblemFilter } from './problem/problem.filter';
import { addSecurityHeaders, SECURITY_HEADER_LINES } from './security-headers';

/** A name of 256 characters, each of four bytes, each percent-encoded. */
const MAX_PARAM_LENGTH = 256 * 4 * 3;
/** A request must have arrived whole by then: a slow one holds a socket no longer. */
const REQUEST_TIMEOUT_MS = 30_000;
/** And its headers by then, a new connection's first ones included. */
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for connections that are over these. */
const TIMEOUT_CHECK_MS = 1000;

export function createHttpAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    requestTimeout: REQUEST_TIMEOUT_MS,
    // Node would refuse a request without a host on its own, with nothing said: the hook below does it in our form.
    http: {
      requireHostHeader: false,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    // While closing, requests that are under way are answered; new connections find nobody (see HttpConnections).
    return503OnClosing: false,
    forceCloseConnections: false,
    // There are no middlewares: their engine would cost every request.
    skipMiddie: true,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      new ProblemFilter().reply(error, request, reply),
  });
}

/** What must be there before the routes are: the body parser and the hooks that every request passes. */
export function prepareHttp(app: NestFastifyApplication, config: ParleyConfig): void {
  const server = app.getHttpAdapter().getInstance();
  server.removeAllContentTypeParsers();
  const { bodyLimitBytes: bodyLimit } = config.http;
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    try {
      done(null, parseJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  addSecurityHeaders(server);
  allowOrigins(server, config.http.corsOrigins);
  addHooks(server, app.get(ConsoleAccess), app.get(LoadShedder), app.get(HttpMetrics));
  serveUnknownExpectations(server.server);
  app.get(HttpConnections).watch(server.server);
}

/** RFC 9110 lets a server ignore an `Expect` it doesn't know; Node alone would answer 417 without a body. */
function serveUnknownExpectations(server: Server): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.emit('request', request, response);
  });
}

/** `__proto__` and `constructor` are keys like any other: nothing here copies members into existing objects. */
function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  // Decoding would put replacement characters where bytes are wrong, and keep them as what was said.
  if (!isUtf8(body)) throw new ParleyError('malformed_json', 'The body is not valid UTF-8.');
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    // The parser's message quotes the body.
    throw new ParleyError('malformed_json', 'The body is not valid JSON.');
  }
}

function addHooks(server: FastifyInstance, access: ConsoleAccess, load: LoadShedder, metrics: HttpMetrics): void {
  holdCaller(server);
  // Before the body is read: who may not ask makes us read nothing.
  server.addHook('onRequest', (request, reply, done) => {
    try {
      if (request.headers.host === undefined && request.raw.httpVersionMinor > 0) {
        throw new ParleyError('bad_request', 'An HTTP/1.1 request names its host.');
      }
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
        throw new ParleyError('unsupported_media_type', 'A body is taken as it is, without a Content-Encoding.');
      }
      // The route that was matched, not the path as it was written: `/%761/sessions` is the same route.
      const role = requiredRole(request.method, request.routeOptions.url ?? request.url);
      if (role) request.caller = access.admit(request, role);
      if (role === 'read' || role === 'runtime') countIn(load, reply);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
  server.addHook('onResponse', (request, reply, done) => {
    metrics.observe(request.method, request.routeOptions.url, reply.statusCode, reply.elapsedTime);
    done();
  });
}

/** Health, metrics and the administration are let in whatever the load: by them an operator sees and mends it. */
function countIn(load: LoadShedder, reply: FastifyReply): void {
  load.refuseOverload('http');
  load.begin();
  // Also where the caller has hung up.
  reply.raw.once('close', () => load.end());
}

const CLIENT_ERRORS: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** A request that is not HTTP never reaches a route: it is answered here, in the same form. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const body = problem(CLIENT_ERRORS[error.code ?? ''] ?? 'bad_request');
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${body.status} Error\r\nConnection: close\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\n` +
      `${SECURITY_HEADER_LINES}Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
