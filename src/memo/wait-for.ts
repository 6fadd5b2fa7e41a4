import { ParleyError } from '../common/parley-error';

/** Stops waiting when the signal says so; what is waited for goes on. */
export async function waitFor<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  work.catch(() => undefined);
  const aborted = () => new ParleyError('wait_aborted', 'The caller stopped waiting; the write goes on.');
  if (signal.aborted) throw aborted();
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(aborted());
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
