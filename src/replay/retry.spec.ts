import { type RetryPolicy, retryAfterMs, withRetries } from './retry';

const policy: RetryPolicy = { attempts: 4, firstPauseMs: 1, longestPauseMs: 40 };
const answer = (status: number, retryAfter?: string) => ({ status, retryAfter, text: '' });

/** Gives one outcome after another. */
function scripted(...outcomes: (Error | ReturnType<typeof answer>)[]) {
  const sentAt: number[] = [];
  const send = async () => {
    sentAt.push(performance.now());
    const outcome = outcomes.shift() ?? answer(500);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  return { send, sentAt };
}

describe('withRetries', () => {
  it('gives the first answer that is final', async () => {
    const { send, sentAt } = scripted(new Error('reset'), answer(503), answer(200), answer(201));
    expect(await withRetries(policy, send)).toEqual({ ...answer(200), attempts: 3 });
    expect(sentAt).toHaveLength(3);
  });

  it.each([400, 404, 409, 422, 500, 502])('does not send again after a %d', async (status) => {
    const { send, sentAt } = scripted(answer(status), answer(200));
    expect(await withRetries(policy, send)).toEqual({ ...answer(status), attempts: 1 });
    expect(sentAt).toHaveLength(1);
  });

  it.each([408, 429, 503, 504])('sends again after a %d', async (status) => {
    const { send } = scripted(answer(status), answer(200));
    expect(await withRetries(policy, send)).toMatchObject({ status: 200 });
  });

  it('gives the last answer when no attempt is left', async () => {
    const { send, sentAt } = scripted(...Array.from({ length: 9 }, () => answer(503)));
    expect(await withRetries(policy, send)).toEqual({ ...answer(503), attempts: 4 });
    expect(sentAt).toHaveLength(4);
  });

  it('throws the last error when no attempt is left', async () => {
    const { send } = scripted(answer(503), new Error('1'), new Error('2'), new Error('3'));
    await expect(withRetries(policy, send)).rejects.toThrow('3');
  });

  it('waits as long as the service asks, and never longer than its own bound', async () => {
    const started = performance.now();
    const { send, sentAt } = scripted(answer(503, '3600'), answer(200));
    await withRetries(policy, send);
    expect((sentAt[1] ?? 0) - started).toBeGreaterThanOrEqual(39);
    expect((sentAt[1] ?? 0) - started).toBeLessThan(2000);
  });
});

describe('retryAfterMs', () => {
  it('reads seconds and dates', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfterMs('2')).toBe(2000);
    expect(retryAfterMs('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5000);
    expect(retryAfterMs('Wed, 31 Dec 2025 23:00:00 GMT', now)).toBe(0);
  });

  it('passes over what is neither', () => {
    expect(retryAfterMs('soon')).toBeUndefined();
    expect(retryAfterMs(undefined)).toBeUndefined();
  });
});
