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
  if (sessionId !== undefined && isScriptFault(error)) {
    return corrupt(sessionId, 'a field of another form than its name says');
  }
  if (word === 'OOM') return new ParleyError('store_full', 'Redis has no memory left (maxmemory).', { cause });
  return new ParleyError('store_unavailable', `Redis did not do what was asked (${word}).`, { cause });
}

/**
 * A script that stumbled over what it read, such as arithmetic on what is no number; it had written nothing. What a command
 * inside a script answered has a code word of its own.
 */
function isScriptFault(error: unknown): boolean {
  const message = error instanceof Error && error.name === 'ReplyError' ? error.message : '';
  return /^ERR (?:user_script:\d+: |Error running script \(.*?\): @user_script:\d+: (?!@user_script))/.test(message);
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
