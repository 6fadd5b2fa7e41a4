import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { LiveClient } from './live-client';
import type { LinkStatus } from './live-link';
import { openSocket } from './open-socket';

const LiveContext = createContext<LiveClient | undefined>(undefined);

/** The live channel of whoever is signed in. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [client] = useState(() => new LiveClient(openSocket));
  useEffect(() => {
    client.start();
    return () => client.stop();
  }, [client]);
  return <LiveContext value={client}>{children}</LiveContext>;
}

export function useLive(): LiveClient {
  const client = useContext(LiveContext);
  if (!client) throw new Error('useLive() is for pages inside LiveProvider.');
  return client;
}

export function useLinkStatus(): LinkStatus {
  const client = useLive();
  return useSyncExternalStore(
    (listener) => client.onStatus(listener),
    () => client.status,
  );
}
