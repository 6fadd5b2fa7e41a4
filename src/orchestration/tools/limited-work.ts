/** How work ended: by itself, or because nobody waits for it any more. */
export type Outcome =
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' };

export interface WorkLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs work until it is done, its time is up or the caller's signal is aborted, whichever comes first. Work is told by
 * its signal; whether it listens makes no difference here, and what becomes of it later is nobody's concern.
 */
export function runLimited(
  work: (signal: AbortSignal) => unknown,
  { timeoutMs, signal }: WorkLimits,
): Promise<Outcome> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'aborted' });
    const own = new AbortController();
    const finish = (outcome: Outcome, reason?: unknown) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
      if (reason !== undefined) own.abort(reason);
    };
    const onAbort = () => finish({ kind: 'aborted' }, signal.reason);
    const onTimeout = () => finish({ kind: 'timeout' }, new DOMException('The time is up.', 'TimeoutError'));
    const timer = setTimeout(onTimeout, timeoutMs);
    signal.addEventListener('abort', onAbort, { once: true });
    void attempt(work, own.signal).then(finish);
  });
}

/** Never rejects, and starts the work at once. */
async function attempt(work: (signal: AbortSignal) => unknown, signal: AbortSignal): Promise<Outcome> {
  try {
    return { kind: 'done', value: await work(signal) };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
