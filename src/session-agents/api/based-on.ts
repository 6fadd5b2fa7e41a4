import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ParleyError } from '../../common/parley-error';

/**
 * The revision in `If-Match`, as an entity tag (`"7"`) or bare; undefined where there is none or any will do (`*`).
 * @throws ParleyError `validation_failed`
 */
export const BasedOn = createParamDecorator((_data: unknown, context: ExecutionContext): number | undefined => {
  return revisionOfTag(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']);
});

export function revisionOfTag(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const [, quoted, bare] = /^\s*(?:W\/)?(?:"(\d{1,15})"|(\d{1,15}))\s*$/.exec(header) ?? [];
  const text = quoted ?? bare;
  if (text !== undefined) return Number(text);
  throw new ParleyError('validation_failed', 'If-Match names no revision.', {
    errors: [{ path: 'If-Match', message: 'must be a revision such as "7", or *' }],
  });
}

/** A revision as an entity tag. */
export function tagOf(revision: number): string {
  return `"${revision}"`;
}
