import type { MemoManager } from '../../memo';

/** A turn of this process can hold on beyond its time: its end changes nothing here, so it is looked for again after this. */
const OVERDUE_MS = 5;

/**
 * Resolves when the session's lease is free, as far as this process knows, or the signal is aborted. Never at once: whoever
 * tries again and again would let nothing else be done.
 */
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
    if (memo.lease.until <= nowSeconds()) timer = setTimeout(done, OVERDUE_MS);
    else look();
  });
}
