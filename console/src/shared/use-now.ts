import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let ticks: ReturnType<typeof setInterval> | undefined;
let now = Math.floor(Date.now() / 1000);

/** One clock for all that counts seconds: a thousand rows must not have a thousand timers. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticks ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(ticks);
    ticks = undefined;
  };
}

function tick(): void {
  now = Math.floor(Date.now() / 1000);
  for (const listener of listeners) listener();
}

/** Whole seconds since the epoch; renders anew with each. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
