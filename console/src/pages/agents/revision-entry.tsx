import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatMoment } from '../../shared/format';
import { AgentDiffView } from './agent-diff-view';
import type { Revision } from './agents-api';
import classes from './revision-entry.module.css';

const ACTIONS: Readonly<Record<string, string>> = {
  override: 'Changed',
  reset: 'Back to base',
  resetAll: 'All agents back to base',
  createAgent: 'Added',
  deleteAgent: 'Removed',
  setHandoff: 'Handoff changed',
  deleteHandoff: 'Handoff back to base',
  setExperiment: 'Put into an experiment',
  clearExperiment: 'Taken out of its experiment',
  rollback: 'Gone back',
  import: 'Imported',
};

/** What was done, in words for people. */
export function actionWords({ action, target }: Pick<Revision, 'action' | 'target'>): string {
  const words = ACTIONS[action] ?? action;
  return target === null ? words : `${words} to revision ${target}`;
}

interface RevisionEntryProps {
  readonly revision: Revision;
  readonly children?: ReactNode;
}

/** One change of an agent: who made it, when and why, and what it changed. */
export function RevisionEntry({ revision: entry, children }: RevisionEntryProps) {
  const { revision, actor, at, note, before, after } = entry;
  return (
    <article aria-label={`Revision ${revision}`}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          Revision {revision} · {actionWords(entry)}
        </Text>
        {children}
      </Group>
      <Text size="xs" c="dimmed">
        {actor} · {formatMoment(at)}
      </Text>
      {note !== null && <Text size="sm">“{note}”</Text>}
      <details className={classes.details}>
        <summary>What it changed</summary>
        <AgentDiffView before={before} after={after} same="Nothing that is shown here." />
      </details>
    </article>
  );
}
