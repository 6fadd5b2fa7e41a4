import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ParleyError } from '../../common/parley-error';
import type { ApiRole } from '../../config/api-keys';
import { ApiKeyAuthenticator, type Caller, requireRole } from '../auth/api-key-authenticator';
import { readConsoleCookie } from './console-cookie';
import { type ConsoleSession, ConsoleSessions } from './console-sessions';

/** What the console's own script sends with every change: pages of others cannot, without asking first. */
const CONSOLE_HEADER = 'x-parley-console';
const SAFE_METHODS = ['GET', 'HEAD'];

type Asked = Pick<FastifyRequest, 'headers' | 'method'>;

/** Who may ask over HTTP: by a key in the header or, where there is none, by a session of the console. */
@Injectable()
export class ConsoleAccess {
  constructor(
    private readonly authenticator: ApiKeyAuthenticator,
    private readonly sessions: ConsoleSessions,
  ) {}

  /** @throws ParleyError `unauthorized`, `forbidden` */
  admit(request: Asked, role: ApiRole): Caller {
    const { authorization } = request.headers;
    const session = authorization === undefined ? this.sessionOf(request) : undefined;
    return session ? requireRole(session.key, role) : this.authenticator.admit(authorization, role);
  }

  /**
   * The console's session that a request comes with.
   * @throws ParleyError `forbidden` for a change that the console's own script did not send
   */
  sessionOf(request: Asked): ConsoleSession | undefined {
    const token = readConsoleCookie(request);
    const session = token === undefined ? undefined : this.sessions.read(token);
    if (session && !SAFE_METHODS.includes(request.method) && request.headers[CONSOLE_HEADER] !== '1') {
      throw new ParleyError(
        'forbidden',
        `With a session of the console a change needs the header ${CONSOLE_HEADER}: 1.`,
      );
    }
    return session;
  }
}
