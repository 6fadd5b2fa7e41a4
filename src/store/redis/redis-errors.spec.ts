import { fromRedisError, replyCode } from './redis-errors';

function reply(message: string): Error {
  const error = new Error(message);
  error.name = 'ReplyError';
  return error;
}

const TRANSCRIPT = 'my pin is 1234';

describe('an error of Redis or its client', () => {
  it.each([
    ["OOM command not allowed when used memory > 'maxmemory'. script: 3f2a, on @user_script:12.", 'OOM'],
    [
      'ERR Error running script (call to f_3f2a): @user_script:12: @user_script: 12: -OOM command not allowed when used memory',
      'OOM',
    ],
    ['NOSCRIPT No matching script. Please use EVAL.', 'NOSCRIPT'],
    ['ERR Error running script (call to f_3f2a): @user_script:9: attempt to index a nil value', 'ERR'],
    ['READONLY You can not write against a read only replica.', 'READONLY'],
    ['LOADING Redis is loading the dataset in memory', 'LOADING'],
  ])('is known by its code: %s', (message, code) => {
    expect(replyCode(reply(message))).toBe(code);
  });

  it.each([
    [reply("OOM command not allowed when used memory > 'maxmemory'."), 'store_full'],
    [reply('WRONGTYPE Operation against a key holding the wrong kind of value'), 'session_corrupt'],
    [reply(`ERR user_script:9: attempt to index ${TRANSCRIPT} script: 3f2a, on @user_script:9.`), 'session_corrupt'],
    [reply('ERR Error running script (call to f_3f2a): @user_script:9: user_script:9: attempt'), 'session_corrupt'],
    [
      reply('ERR Error running script (call to f_3f2a): @user_script:9: @user_script: 9: Wrong number'),
      'store_unavailable',
    ],
    [reply(`ERR unknown command, with args beginning with: ${TRANSCRIPT}`), 'store_unavailable'],
    [new Error('Command timed out'), 'store_unavailable'],
    [new Error(`Connection is closed while sending ${TRANSCRIPT}`), 'store_unavailable'],
    [TRANSCRIPT, 'store_unavailable'],
  ])('becomes one of ours without what it quotes', (error, code) => {
    const own = fromRedisError(error, 'call-1');
    expect(own.code).toBe(code);
    expect(`${own.message} ${String(own.cause)}`).not.toContain('1234');
  });
});
