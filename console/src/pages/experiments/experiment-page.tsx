import { PageTitle } from '../../shared/page-title';
import { EmptyState } from '../../shared/states';

export default function ExperimentPage({ experimentId }: { readonly experimentId: string }) {
  return (
    <>
      <PageTitle title={experimentId} />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
