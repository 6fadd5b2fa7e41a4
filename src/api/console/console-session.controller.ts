import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CLOCK, type Clock, nowSeconds } from '../../common/clock';
import { ParleyError } from '../../common/parley-error';
import type { ApiKey, ApiRole } from '../../config/api-keys';
import { ApiKeyAuthenticator, LOCAL } from '../auth/api-key-authenticator';
import { ProblemResponses } from '../docs/problem-responses';
import { DtoPipe } from '../dto.pipe';
import { ConsoleAccess } from './console-access';
import { consoleCookie, noConsoleCookie } from './console-cookie';
import { CONSOLE_SESSION_SECONDS, type ConsoleSession, ConsoleSessions } from './console-sessions';
import { CONSOLE_SESSION_SCHEMA, SignInDto } from './console-session.dto';
import { SignInThrottle } from './sign-in-throttle';

/** A session as the console is told of it. */
interface ConsoleSessionView {
  readonly name: string;
  readonly role: ApiRole;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

@ApiTags('console')
@Controller('v1/console/session')
export class ConsoleSessionController {
  constructor(
    private readonly authenticator: ApiKeyAuthenticator,
    private readonly access: ConsoleAccess,
    private readonly sessions: ConsoleSessions,
    private readonly throttle: SignInThrottle,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Signs in to the console: a key for a cookie that lasts for half an hour', security: [] })
  @ApiCreatedResponse({ schema: CONSOLE_SESSION_SCHEMA })
  @ProblemResponses('validation_failed', 'unauthorized', 'too_many_attempts', 'internal_error', 'store_unavailable')
  async signIn(
    @Body(DtoPipe) { apiKey }: SignInDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConsoleSessionView> {
    if (this.authenticator.isOpen) return this.local();
    const attempt = await this.throttle.begin(request.ip);
    if (attempt.isRefused) {
      void reply.header('retry-after', attempt.retryAfterSeconds);
      throw new ParleyError('too_many_attempts', 'Too many wrong keys within a minute.');
    }
    const key = this.authenticator.withSecret(apiKey);
    if (!key) throw new ParleyError('unauthorized', 'There is no such key.');
    await attempt.takeBack();
    return this.begin(key, request, reply);
  }

  @Get()
  @ApiOperation({ summary: 'Who has signed in to the console; prolongs a session of which half is over', security: [] })
  @ApiOkResponse({ schema: CONSOLE_SESSION_SCHEMA })
  @ProblemResponses('unauthorized', 'internal_error')
  read(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): ConsoleSessionView {
    if (this.authenticator.isOpen) return this.local();
    void reply.header('cache-control', 'no-store');
    const session = this.access.sessionOf(request);
    if (!session) throw new ParleyError('unauthorized', 'Nobody has signed in, or the session is over.');
    return this.sessions.isAgeing(session) ? this.begin(session.key, request, reply) : viewOf(session);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Signs out', security: [] })
  @ApiNoContentResponse()
  @ProblemResponses('forbidden', 'internal_error')
  signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    this.access.sessionOf(request);
    void reply.header('set-cookie', noConsoleCookie(request));
  }

  private begin(key: ApiKey, request: FastifyRequest, reply: FastifyReply): ConsoleSessionView {
    const { session, token } = this.sessions.begin(key);
    void reply.headers({ 'set-cookie': consoleCookie(token, request), 'cache-control': 'no-store' });
    return viewOf(session);
  }

  /** Where no keys are configured nobody signs in: whoever reaches the service may do everything. */
  private local(): ConsoleSessionView {
    return { ...LOCAL, expiresAt: Math.floor(nowSeconds(this.clock)) + CONSOLE_SESSION_SECONDS };
  }
}

function viewOf({ key: { name, role }, expiresAt }: ConsoleSession): ConsoleSessionView {
  return { name, role, expiresAt };
}
