import { PageTitle } from '../../shared/page-title';

export function SessionHeader({ sessionId }: { readonly sessionId: string }) {
  return <PageTitle title={sessionId} />;
}
