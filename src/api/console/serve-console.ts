import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ParleyError } from '../../common/parley-error';

/** Where the console's build is: the same place seen from the sources and from what is made of them. */
export const CONSOLE_FOLDER = join(__dirname, '../../../console/dist');

const INDEX = 'index.html';
/** Their names hold a digest of what they hold. */
const ASSETS = 'assets/';

/** The page runs its own scripts and nothing else, talks to its own service, and stands in no other page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');
const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** Offers the operators' console at `/console`: a page for every path below it, and the files it is made of. */
export function serveConsole(app: NestFastifyApplication, folder = CONSOLE_FOLDER): void {
  // Nest's adapter registers plugins in front of its routes; what is registered is there once it listens.
  void app.register(async (server: FastifyInstance) => {
    await server.register(fastifyStatic, {
      root: folder,
      serve: false,
      cacheControl: false,
      preCompressed: true,
      suppressWarning: true,
    });
    const answer = (request: FastifyRequest<{ Params: { '*'?: string } }>, reply: FastifyReply) =>
      sendFile(folder, request.params['*'] ?? '', reply);
    server.get('/console', answer);
    server.get('/console/*', answer);
  });
}

/** @throws ParleyError `route_not_found` */
function sendFile(folder: string, path: string, reply: FastifyReply): FastifyReply {
  if (!existsSync(join(folder, INDEX))) {
    throw new ParleyError('route_not_found', 'The console is not built: npm run build builds it.');
  }
  const isFile = isPlain(path) && existsSync(join(folder, path));
  if (!isFile && path.startsWith(ASSETS)) throw new ParleyError('route_not_found', 'The console has no such file.');
  const file = isFile ? path : INDEX;
  const caching = file.startsWith(ASSETS) ? 'public, max-age=31536000, immutable' : 'no-store';
  return reply.headers({ ...HEADERS, 'cache-control': caching }).sendFile(file);
}

/** The name of a file in the folder: no way out of it, and nothing hidden. */
function isPlain(path: string): boolean {
  return /^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/)*[A-Za-z0-9_-][A-Za-z0-9._-]*\.[A-Za-z0-9]+$/.test(path);
}
