import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ERROR_CATALOGUE, type ErrorCode } from '../../common/error-catalogue';
import { PROBLEM_MEDIA_TYPE } from '../problem/problem';

/** Documents the errors of a route: one response a status, which names the codes it may carry. */
export function ProblemResponses(...codes: ErrorCode[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = ERROR_CATALOGUE[code] as { status: number };
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return applyDecorators(...[...byStatus].map(([status, group]) => problemResponse(status, group)));
}

function problemResponse(status: number, codes: readonly ErrorCode[]) {
  const schema = {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: [...codes] } } }],
  };
  return ApiResponse({
    status,
    description: codes.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title}.`).join(' '),
    content: { [PROBLEM_MEDIA_TYPE]: { schema } },
    ...(status === 503 && { headers: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } } }),
  });
}
