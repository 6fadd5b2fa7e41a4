import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ConsoleError } from '../../api/console-error';
import { EmptyState, ErrorState, LoadingState } from '../../shared/states';
import { type Preview, previewQuery } from './agents-api';

interface StandingProps {
  readonly sessionId: string;
  readonly name: string;
  readonly children: (stands: Preview) => ReactNode;
}

/** Shows what needs the agent as it stands once that is known, and else why it is not. */
export function Standing({ sessionId, name, children }: StandingProps) {
  const stands = useQuery(previewQuery(sessionId, name, {}));
  if (stands.isPending) return <LoadingState label="Loading what stands" />;
  if (stands.isError) return <NotShown error={stands.error} onRetry={() => void stands.refetch()} />;
  return children(stands.data);
}

/** Why what the administration knows of an agent is not shown. */
export function NotShown({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  if (error instanceof ConsoleError && error.code === 'feature_disabled') {
    return (
      <EmptyState title="Sessions have no agents of their own here">
        The service runs with SESSION_AGENT_OVERRIDES_ENABLED=false: all sessions use the base agents.
      </EmptyState>
    );
  }
  return <ErrorState title="This cannot be shown" error={error} onRetry={onRetry} />;
}
