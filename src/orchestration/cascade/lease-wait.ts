import type { MemoManager } from '../../memo';

/** Resolves when the session's lease is free, as far as this process knows, or the signal is aborted. */
export function leaseFree(memo: MemoManager, nowSeconds: () => number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const look = () => {
      const leftSeconds = memo.lease.until - nowSeconds();
      if (leftSeconds <= 0 || signal.aborted) return done();
      clearTimeout(timer);
      timer = setTimeout(look, leftSeconds * 1000 + 1).unref();
    };
    const stop = memo.onChange(look);
    const done = () => {
      clearTimeout(timer);
      stop();
      signal.removeEventListener('abort', look);
      resolve();
    };
    signal.addEventListener('abort', look);
    look();
  });
}
