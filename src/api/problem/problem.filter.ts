import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Logger, Optional } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '../../common/logging/describe-error';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { SECURITY_HEADERS } from '../security-headers';
import { PROBLEM_MEDIA_TYPE, problemOf, RETRY_AFTER_SECONDS } from './problem';

/** Answers every error of every route, and logs those that are ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  /** Without a configuration for requests that are refused before they have a body. */
  constructor(@Optional() @Inject(PARLEY_CONFIG) private readonly config?: Pick<ParleyConfig, 'http'>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.reply(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  reply(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const body = problemOf(error, this.config?.http.bodyLimitBytes);
    // Of an overload the LoadShedder tells, once.
    if (body.status >= 500 && body.code !== 'overloaded') {
      const facts = { method: request.method, route: request.routeOptions.url, code: body.code };
      this.logger.error({ msg: 'a request failed', ...facts, err: describeError(error) });
    }
    if (reply.sent) return;
    // The server answers paths that it cannot decode past its hooks.
    void reply.headers(SECURITY_HEADERS);
    if (body.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(body.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(body));
  }
}
