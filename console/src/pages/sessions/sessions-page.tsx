import { PageTitle } from '../../shared/page-title';
import { EmptyState } from '../../shared/states';

export default function SessionsPage() {
  return (
    <>
      <PageTitle title="Sessions" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
