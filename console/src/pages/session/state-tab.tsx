import { EmptyState } from '../../shared/states';

export function StateTab() {
  return <EmptyState title="Nothing here yet" />;
}
