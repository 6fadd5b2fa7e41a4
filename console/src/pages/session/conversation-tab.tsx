import { EmptyState } from '../../shared/states';

export function ConversationTab() {
  return <EmptyState title="Nothing here yet" />;
}
