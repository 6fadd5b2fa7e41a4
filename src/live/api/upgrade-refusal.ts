import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Problem, PROBLEM_MEDIA_TYPE, problemOf, RETRY_AFTER_SECONDS } from '../../api/problem/problem';
import { SECURITY_HEADERS } from '../../api/security-headers';

/** A refused upgrade as the routes refuse: status, headers and body. */
export function upgradeRefusal(error: unknown): { status: number; headers: Record<string, string>; body: string } {
  const problem: Problem = problemOf(error);
  const headers: Record<string, string> = { ...SECURITY_HEADERS, 'Content-Type': PROBLEM_MEDIA_TYPE };
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer';
  if (problem.status === 503) headers['Retry-After'] = String(RETRY_AFTER_SECONDS);
  return { status: problem.status, headers, body: JSON.stringify(problem) };
}

/** What must not be sent on where an upgrade is passed over. */
const UPGRADE_HEADERS = ['upgrade', 'http2-settings'];

/**
 * Serves a request that asks for another protocol as if it did not: RFC 9110 lets a server pass over an upgrade, and
 * clients that offer HTTP/2 by one (Java's does) expect it to. Node hands such requests over unread as soon as anybody
 * listens to upgrades, so the request is given back to it without the offer.
 */
export function serveWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name = '', value = ''] = request.rawHeaders.slice(index, index + 2);
    if (!UPGRADE_HEADERS.includes(name.toLowerCase())) lines.push(`${name}: ${withoutOffer(name, value)}`);
  }
  // Node reads headers as Latin-1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function withoutOffer(name: string, value: string): string {
  if (name.toLowerCase() !== 'connection') return value;
  const kept = value.split(',').filter((option) => !UPGRADE_HEADERS.includes(option.trim().toLowerCase()));
  return kept.length > 0 ? kept.join(',').trim() : 'keep-alive';
}
