import { Alert, Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { messageOf } from '../../api/console-error';
import { Guarded } from '../../shared/guarded';
import { type Experiment, type Status, useStep } from './experiments-api';

interface Step {
  readonly status: Status;
  readonly label: string;
  readonly words: string;
}

const START: Step = { status: 'running', label: 'Start', words: 'New calls join from now on.' };
const RESUME: Step = { status: 'running', label: 'Resume', words: 'New calls join again.' };
const PAUSE: Step = {
  status: 'paused',
  label: 'Pause',
  words: 'No new calls join; those that did keep their variant.',
};
const END: Step = { status: 'ended', label: 'End', words: 'No call joins any more. That is final; the results stay.' };

const NEXT: Readonly<Record<Status, readonly Step[]>> = {
  draft: [START, END],
  running: [PAUSE, END],
  paused: [RESUME, END],
  ended: [],
};

/** What can be done with an experiment now. */
export function Steps({ experiment }: { readonly experiment: Experiment }) {
  const [step, setStep] = useState<Step>();
  return (
    <>
      {NEXT[experiment.status].map((one) => (
        <Guarded key={one.label} needs="admin">
          {(isDisabled) => (
            <Button
              size="sm"
              variant={one.status === 'running' ? 'filled' : 'default'}
              disabled={isDisabled}
              onClick={() => setStep(one)}
            >
              {one.label}
            </Button>
          )}
        </Guarded>
      ))}
      {step && <StepDialog experiment={experiment} step={step} onClose={() => setStep(undefined)} />}
    </>
  );
}

interface StepDialogProps {
  readonly experiment: Experiment;
  readonly step: Step;
  readonly onClose: () => void;
}

function StepDialog({ experiment, step: { status, label, words }, onClose }: StepDialogProps) {
  const [note, setNote] = useState('');
  const step = useStep(experiment);
  return (
    <Modal opened onClose={onClose} title={`${label} ${experiment.id}`}>
      <Text size="sm">{words}</Text>
      <TextInput
        label="Note"
        description="Why, for the audit trail"
        value={note}
        maxLength={1000}
        onChange={(event) => setNote(event.currentTarget.value)}
        mt="md"
        data-autofocus
      />
      {step.isError && (
        <Alert role="alert" color="red" title="Nothing was changed" mt="sm">
          {messageOf(step.error)}
        </Alert>
      )}
      <Group justify="end" mt="md">
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
        <Button loading={step.isPending} onClick={() => step.mutate({ status, note }, { onSuccess: onClose })}>
          {label}
        </Button>
      </Group>
    </Modal>
  );
}
