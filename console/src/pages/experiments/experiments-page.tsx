import { PageTitle } from '../../shared/page-title';
import { EmptyState } from '../../shared/states';

export default function ExperimentsPage() {
  return (
    <>
      <PageTitle title="Experiments" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
