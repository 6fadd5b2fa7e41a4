import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from './api-key-authenticator';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on routes that anybody may ask. */
    caller: Caller | null;
  }
}

/** Gives every request a place for its caller; made once, so that requests keep one shape. */
export function holdCaller(server: FastifyInstance): void {
  server.decorateRequest('caller', null);
}

/** The name of the key that a request came with; `local` without keys. */
export const CallerName = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  return caller?.name ?? 'unknown';
});
