import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError } from '../../common/logging/describe-error';
import { PROBLEM_MEDIA_TYPE, problemOf, RETRY_AFTER_SECONDS } from './problem';

/** Answers every error of every route, and logs those that are ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.reply(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  reply(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const body = problemOf(error);
    if (body.status >= 500) {
      const facts = { method: request.method, route: request.routeOptions.url, code: body.code };
      this.logger.error({ msg: 'a request failed', ...facts, err: describeError(error) });
    }
    if (reply.sent) return;
    if (body.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    if (body.status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(body.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(body));
  }
}
