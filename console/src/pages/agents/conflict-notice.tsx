import { Alert, Button, Group, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { formatTime } from '../../shared/format';
import { AgentDiffView } from './agent-diff-view';
import { type Preview, revisionsQuery } from './agents-api';
import type { DraftState } from './use-draft';

interface ConflictNoticeProps {
  readonly sessionId: string;
  readonly name: string;
  readonly state: DraftState;
  readonly stands: Preview;
}

/** Says that somebody else saved first, what they have changed, and asks what is to be. */
export function ConflictNotice({ sessionId, name, state, stands }: ConflictNoticeProps) {
  const revisions = useQuery({ ...revisionsQuery(sessionId, name), enabled: state.isOvertaken });
  if (!state.isOvertaken) return null;
  const theirs = revisions.data?.revisions.filter(({ revision }) => revision > state.basis.revision) ?? [];
  return (
    <Alert role="alert" color="orange" icon={<IconUsers aria-hidden />} title="Somebody else has saved first">
      {theirs.map(({ number, revision, actor, at, note }) => (
        <Text key={number} size="sm">
          {actor} made revision {revision} at {formatTime(at)}
          {note !== null && <>: “{note}”</>}
        </Text>
      ))}
      <AgentDiffView before={state.basis.current} after={stands.current} same="It has come to what you began with." />
      <Group mt="sm">
        <Button size="xs" onClick={state.rebase}>
          Keep mine, over theirs
        </Button>
        <Button size="xs" variant="default" onClick={state.discard}>
          Take theirs, discard mine
        </Button>
      </Group>
    </Alert>
  );
}
