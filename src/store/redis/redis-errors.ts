import { isParleyError, ParleyError } from '../../common/parley-error';
import { corrupt } from '../layout/decode-session';

/**
 * What Redis or the client said, as one of ours. The client's errors carry the command with its arguments, which are
 * transcripts: nothing of them but the name and the reply's leading code word goes on as cause.
 */
export function fromRedisError(error: unknown, sessionId?: string): ParleyError {
  if (isParleyError(error)) return error;
  const word = replyCode(error);
  const cause = new Error(word);
  if (word === 'WRONGTYPE' && sessionId !== undefined) return corrupt(sessionId, 'a key that is no hash');
  if (word === 'OOM') return new ParleyError('store_full', 'Redis has no memory left (maxmemory).', { cause });
  return new ParleyError('store_unavailable', `Redis did not do what was asked (${word}).`, { cause });
}

/** `NOSCRIPT`, `OOM`, `READONLY`, …, or for the client's own errors their name and a known reason. */
export function replyCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'ReplyError') {
    // Before Redis 7 an error inside a script comes wrapped: `ERR Error running script (…): … -OOM command not …`.
    const inner = /^ERR Error running script.* -([A-Z]+) /.exec(error.message)?.[1];
    return inner ?? /^[A-Z]+/.exec(error.message)?.[0] ?? 'ERR';
  }
  if (/timed out/i.test(error.message)) return 'timeout';
  if (/closed|writeable|ECONN|EPIPE|socket/i.test(error.message)) return 'disconnected';
  return error.name;
}
