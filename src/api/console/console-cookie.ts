import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../../config/parley-config';
import { CONSOLE_SESSION_SECONDS } from './console-sessions';

const NAME = 'parley_console';

/** The token in a request's cookies; undefined where it has none. */
export function readConsoleCookie({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  for (const pair of headers.cookie?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return undefined;
}

/** The header that gives a browser the token: no script sees it, and no other site's request carries it. */
export function consoleCookie(token: string, { hostname }: Pick<FastifyRequest, 'hostname'>): string {
  return cookie(token, CONSOLE_SESSION_SECONDS, hostname);
}

/** The header that takes it away. */
export function noConsoleCookie({ hostname }: Pick<FastifyRequest, 'hostname'>): string {
  return cookie('', 0, hostname);
}

/** Only on this machine a browser speaks plain HTTP to the service: elsewhere the cookie needs TLS. */
function cookie(value: string, maxAgeSeconds: number, hostname: string): string {
  const secure = isLoopback(hostname.replace(/^\[|\]$/g, '')) ? '' : '; Secure';
  return `${NAME}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}
