import { HttpException } from '@nestjs/common';
import { ERROR_CATALOGUE, type ErrorCode } from '../../common/error-catalogue';
import { type ErrorIssue, isParleyError } from '../../common/parley-error';

/** An error as RFC 9457 `application/problem+json`, with the stable code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly errors?: readonly ErrorIssue[];
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';
/** Seconds after which a caller may try again what failed for the moment. */
export const RETRY_AFTER_SECONDS = 1;

/** Codes of the errors that the HTTP server itself raises, by its own codes; others go by their status. */
const SERVER_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_NOT_FOUND: 'route_not_found',
};
const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'route_not_found',
  408: 'request_timeout',
  413: 'body_too_large',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
  503: 'not_ready',
};

/** The one place where errors become HTTP. `bodyLimitBytes` is what a body that was too large is told. */
export function problemOf(error: unknown, bodyLimitBytes?: number): Problem {
  if (isParleyError(error)) {
    // An error without a status was never meant for a caller: it says no more than that.
    if (!('status' in ERROR_CATALOGUE[error.code])) return problem('internal_error');
    return problem(error.code, error.message, error.errors);
  }
  const status = statusOf(error);
  const serverCode = (error as { code?: unknown } | null)?.code;
  const code = (typeof serverCode === 'string' && SERVER_CODES[serverCode]) || codeOfStatus(status);
  return problem(code, detailOf(code, error, bodyLimitBytes));
}

/** Errors of libraries may quote the request: what is said here is our own. */
function detailOf(code: ErrorCode, error: unknown, bodyLimitBytes: number | undefined): string | undefined {
  if (code === 'not_ready') return failedChecks(error);
  if (code === 'body_too_large' && bodyLimitBytes !== undefined) {
    return `A body holds at most ${bodyLimitBytes} bytes (BODY_LIMIT_BYTES).`;
  }
  return undefined;
}

/** The health checks that failed, with their reasons: written by the indicators, so safe to show. */
function failedChecks(error: unknown): string | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const { error: checks = {} } = error.getResponse() as { error?: Record<string, { reason?: string }> };
  return Object.entries(checks)
    .map(([name, { reason = 'down' }]) => `${name}: ${reason}`)
    .join('; ');
}

export function problem(code: ErrorCode, detail?: string, errors?: readonly ErrorIssue[]): Problem {
  const { title, status } = ERROR_CATALOGUE[code] as { title: string; status: number };
  return {
    type: `urn:parley:error:${code}`,
    title,
    status,
    code,
    ...(detail !== undefined && { detail }),
    ...(errors && { errors }),
  };
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}

function codeOfStatus(status: number): ErrorCode {
  return STATUS_CODES[status] ?? (status >= 400 && status < 500 ? 'bad_request' : 'internal_error');
}
