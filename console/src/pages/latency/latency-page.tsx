import { PageTitle } from '../../shared/page-title';
import { EmptyState } from '../../shared/states';

export default function LatencyPage() {
  return (
    <>
      <PageTitle title="Latency" />
      <EmptyState title="Nothing here yet" />
    </>
  );
}
