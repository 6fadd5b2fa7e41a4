import { Button, Group, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ConsoleError, messageOf } from '../../api/console-error';
import { Guarded } from '../../shared/guarded';
import classes from './save-bar.module.css';

interface SaveBarProps {
  /** Whether it was checked and may be saved. */
  readonly isReady: boolean;
  readonly isTouched: boolean;
  readonly isSaving: boolean;
  readonly error: unknown;
  /** Of what was saved; undefined until something was. */
  readonly savedRevision: number | undefined;
  readonly onSave: (note: string) => Promise<unknown>;
  readonly onDiscard: () => void;
}

const MOST_NOTE = 1000;

export function SaveBar({ isReady, isTouched, isSaving, error, savedRevision, onSave, onDiscard }: SaveBarProps) {
  const [note, setNote] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Why not is shown: the mutation keeps its error.
    onSave(note).then(
      () => setNote(''),
      () => undefined,
    );
  };
  return (
    <form onSubmit={submit} className={classes.bar}>
      <TextInput
        label="Note"
        description="Why, for the audit trail"
        value={note}
        maxLength={MOST_NOTE}
        onChange={(event) => setNote(event.currentTarget.value)}
        className={classes.note}
      />
      <Group gap="xs">
        <Button variant="default" disabled={!isTouched || isSaving} onClick={onDiscard}>
          Discard
        </Button>
        <Guarded needs="admin">
          {(isDisabled) => (
            <Button type="submit" disabled={isDisabled || !isReady} loading={isSaving}>
              Save
            </Button>
          )}
        </Guarded>
      </Group>
      <Text role="status" size="sm" className={classes.outcome} c={error ? 'var(--mantine-color-error)' : 'dimmed'}>
        {error ? refusalOf(error) : savedRevision !== undefined && !isTouched && savedWords(savedRevision)}
      </Text>
    </form>
  );
}

function savedWords(revision: number): string {
  return `Saved as revision ${revision}. The next turn uses it.`;
}

/** That somebody else came first is told at length above. */
function refusalOf(error: unknown): string {
  if (error instanceof ConsoleError && error.code === 'revision_conflict')
    return 'Not saved: somebody else saved first.';
  return `Not saved: ${messageOf(error)}`;
}
