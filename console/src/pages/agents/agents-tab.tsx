import { EmptyState } from '../../shared/states';

/** The agents of a session: a tab of its page, inside LiveSessionProvider. */
export default function AgentsTab() {
  return <EmptyState title="Nothing here yet" />;
}
