import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useState,
  useSyncExternalStore,
} from 'react';
import { useLive } from './live-context';
import { type ChangeListener, SessionStore, type SessionSnapshot } from './session-store';

const LiveSessionContext = createContext<SessionStore | undefined>(undefined);

interface LiveSessionProviderProps {
  readonly sessionId: string;
  readonly children: ReactNode;
}

/** Attaches a session for as long as it is shown. */
export function LiveSessionProvider({ sessionId, children }: LiveSessionProviderProps) {
  const live = useLive();
  const [store] = useState(() => new SessionStore(live, sessionId));
  useEffect(() => store.open(), [store]);
  return <LiveSessionContext value={store}>{children}</LiveSessionContext>;
}

function useStore(): SessionStore {
  const store = useContext(LiveSessionContext);
  if (!store) throw new Error('This is for what is inside LiveSessionProvider.');
  return store;
}

/** The session as it is now; renders anew with each change. */
export function useLiveSession(): SessionSnapshot {
  const store = useStore();
  return useSyncExternalStore(store.subscribe, () => store.snapshot);
}

/** Tells each change of the session as it comes. */
export function useSessionChanges(listener: ChangeListener): void {
  const store = useStore();
  const tell = useEffectEvent(listener);
  useEffect(() => store.onChange((change) => tell(change)), [store]);
}
