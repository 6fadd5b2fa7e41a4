import { EmptyState } from '../../shared/states';

/** The latency of a session: a tab of its page, inside LiveSessionProvider. */
export default function SessionLatencyTab() {
  return <EmptyState title="Nothing here yet" />;
}
