import { APIConnectionError, APIError } from 'openai';
import type { Clock } from '../../../common/clock';
import { isParleyError, type ParleyError } from '../../../common/parley-error';
import { brokenOff, modelRefused, ModelUnavailable } from '../model-errors';
import { retryAfterMs } from './retry-after';

/** What a later attempt can mend among the refusals of a service: it was slow, locked or too busy. */
const PASSING: readonly number[] = [408, 409, 429];
/** Codes and types that say the same as a status of the 4xx, in a stream or where the status says otherwise. */
const FINAL = /^(?:invalid_.*|insufficient_quota|content_filter|.*_policy(?:_violation)?|context_length_exceeded)$/;
/** A vendor's word for an error. Anything else in its place could be a quotation. */
const WORD = /^[a-z][a-z_]{0,63}$/;

/** What a failure of the client means. Its own message and body are left behind: they can quote prompts and keys. */
export function apiFailure(error: unknown, clock: Clock): ParleyError {
  if (isParleyError(error)) return error;
  if (error instanceof APIConnectionError) return unreachable(error);
  if (!(error instanceof APIError)) return brokenOff();
  const status = error.status as number | undefined;
  const words = [error.code, error.type].filter((word) => typeof word === 'string' && WORD.test(word)) as string[];
  if (status === undefined) return streamFailure(words);
  const named = [`status ${status}`, ...words.slice(0, 1)].join(', ');
  if (isFinal(words) || (status < 500 && !PASSING.includes(status))) return modelRefused(named);
  const headers = error.headers as Headers | undefined;
  return new ModelUnavailable(`The language model's service does not answer: ${named}.`, retryAfterMs(headers, clock));
}

/** An error that came in the stream, instead of an answer or of the rest of it. */
export function streamFailure(words: readonly string[]): ParleyError {
  const named = words[0] ?? 'no reason given';
  if (isFinal(words)) return modelRefused(named);
  return new ModelUnavailable(`The language model's service ended the answer: ${named}.`);
}

/** A vendor's code, if it is one. */
export function wordsOf(code: unknown): string[] {
  return typeof code === 'string' && WORD.test(code) ? [code] : [];
}

function isFinal(words: readonly string[]): boolean {
  return words.some((word) => FINAL.test(word));
}

function unreachable(error: APIConnectionError): ModelUnavailable {
  const code = systemCode(error);
  return new ModelUnavailable(`The language model cannot be reached${code === undefined ? '' : ` (${code})`}.`);
}

/** Such as ECONNREFUSED: the innermost cause knows. */
function systemCode(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(code)) return code;
  return cause === undefined ? undefined : systemCode(cause);
}
