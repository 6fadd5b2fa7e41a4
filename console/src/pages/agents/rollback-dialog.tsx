import { Alert, Button, Group, Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { messageOf } from '../../api/console-error';
import { LoadingState } from '../../shared/states';
import { AgentDiffView } from './agent-diff-view';
import { type Preview, previewQuery, type Revision, useRollback } from './agents-api';
import { overridesAfter } from './draft';

interface RollbackDialogProps {
  readonly sessionId: string;
  readonly name: string;
  readonly stands: Preview;
  /** Oldest first. */
  readonly revisions: readonly Revision[];
  readonly target: number;
  readonly onClose: () => void;
}

/** Shows what going back to a revision would change, before it does. */
export function RollbackDialog({ sessionId, name, stands, revisions, target, onClose }: RollbackDialogProps) {
  const [note, setNote] = useState('');
  const restored = overridesAfter(target, revisions, stands.overrides ?? {});
  const preview = useQuery(previewQuery(sessionId, name, restored));
  const rollback = useRollback(sessionId, name);
  const goBack = () => rollback.mutate({ target, revision: stands.revision, note }, { onSuccess: onClose });
  return (
    <Modal opened onClose={onClose} title={`${name}: back to revision ${target}`} size="lg">
      {preview.isPending && <LoadingState label="Working out what would change" />}
      {preview.data?.changed && (
        <AgentDiffView before={stands.current} after={preview.data.changed} same="It is what stands already." />
      )}
      {preview.data?.issues.map(({ path, message }) => (
        <Alert key={path} color="orange" title="It can be gone back to, but does not fit today's rules" mt="sm">
          {path.slice(1)}: {message}
        </Alert>
      ))}
      <TextInput
        label="Note"
        description="Why, for the audit trail"
        value={note}
        maxLength={1000}
        onChange={(event) => setNote(event.currentTarget.value)}
        mt="md"
        data-autofocus
      />
      {rollback.isError && (
        <Alert role="alert" color="red" title="Nothing was changed" mt="sm">
          {messageOf(rollback.error)}
        </Alert>
      )}
      <Group justify="end" mt="md">
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
        <Button onClick={goBack} loading={rollback.isPending}>
          Go back
        </Button>
      </Group>
    </Modal>
  );
}
