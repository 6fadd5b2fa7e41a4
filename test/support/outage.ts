import type { SharedStore } from '../../src/store/shared-store';
import { unavailable } from './held-store';

/** Whether a store is away. */
export interface Outage {
  away: boolean;
}

/** A store that answers with errors while it is away. */
export function withOutages(inner: SharedStore, outage: Readonly<Outage>): SharedStore {
  return new Proxy(inner, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => (outage.away ? Promise.reject(unavailable()) : method.apply(target, args));
    },
  });
}
