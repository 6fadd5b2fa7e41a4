import { Button, Timeline } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Guarded } from '../../shared/guarded';
import { EmptyState, LoadingState } from '../../shared/states';
import { type Preview, type Revision, revisionsQuery } from './agents-api';
import { RevisionEntry } from './revision-entry';
import { RollbackDialog } from './rollback-dialog';
import { NotShown } from './standing';

interface RevisionsProps {
  readonly sessionId: string;
  readonly name: string;
  readonly stands: Preview;
}

/** The changes of an agent, newest first, with the way back to each. */
export function Revisions({ sessionId, name, stands }: RevisionsProps) {
  const [target, setTarget] = useState<number>();
  const query = useQuery(revisionsQuery(sessionId, name));
  if (query.isPending) return <LoadingState label="Loading the revisions" />;
  if (query.isError) return <NotShown error={query.error} onRetry={() => void query.refetch()} />;
  const { revisions } = query.data;
  if (revisions.length === 0) {
    return <EmptyState title="Nothing has been changed yet">This session uses the agent as it is.</EmptyState>;
  }
  const shown = revisions.toReversed();
  return (
    <>
      <Timeline bulletSize={22} lineWidth={2} color="gray">
        {shown.map((revision, index) => (
          <Timeline.Item key={revision.number} bullet={<IconHistory aria-hidden size={12} />}>
            <RevisionEntry revision={revision}>
              {index > 0 && <GoBack revision={revision} onAsk={setTarget} />}
            </RevisionEntry>
          </Timeline.Item>
        ))}
      </Timeline>
      {target !== undefined && (
        <RollbackDialog
          sessionId={sessionId}
          name={name}
          stands={stands}
          revisions={revisions}
          target={target}
          onClose={() => setTarget(undefined)}
        />
      )}
    </>
  );
}

interface GoBackProps {
  readonly revision: Revision;
  readonly onAsk: (revision: number) => void;
}

function GoBack({ revision: { revision }, onAsk }: GoBackProps) {
  return (
    <Guarded needs="admin">
      {(isDisabled) => (
        <Button size="compact-sm" variant="default" disabled={isDisabled} onClick={() => onAsk(revision)}>
          Go back to revision {revision}
        </Button>
      )}
    </Guarded>
  );
}
