import { Alert, SegmentedControl, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { messageOf } from '../../api/console-error';
import { JsonValue } from '../../shared/json-value';
import { Part } from '../session/part';
import { AgentDiffView } from './agent-diff-view';
import type { Preview } from './agents-api';
import type { DraftIssue } from './draft';

interface ChangePreviewProps {
  readonly stands: Preview;
  /** Undefined until it has come. */
  readonly preview: Preview | undefined;
  readonly issues: readonly DraftIssue[];
  readonly error: unknown;
}

type Beside = 'current' | 'base';

/** What saving would do: the differences, and the texts with the data of the session. */
export function ChangePreview({ stands, preview, issues, error }: ChangePreviewProps) {
  const [beside, setBeside] = useState<Beside>('current');
  const { revision } = stands;
  return (
    <Part title="Before you save">
      <Issues issues={issues} error={error} />
      <SegmentedControl
        aria-label="Compare with"
        value={beside}
        onChange={(value) => setBeside(value)}
        data={[
          { value: 'current', label: revision > 0 ? `Revision ${revision}` : 'What stands' },
          { value: 'base', label: 'Base' },
        ]}
      />
      {preview?.changed && (
        <>
          <AgentDiffView
            before={beside === 'base' ? preview.base : stands.current}
            after={preview.changed}
            same={beside === 'base' ? 'It is the base agent.' : 'Nothing is changed yet.'}
          />
          <Rendered label="Prompt for this caller" text={preview.rendered?.prompt} />
          <Rendered label="Greeting for this caller" text={preview.rendered?.greeting} />
        </>
      )}
    </Part>
  );
}

function Issues({ issues, error }: Pick<ChangePreviewProps, 'issues' | 'error'>) {
  if (issues.length === 0 && !error) return null;
  return (
    <Alert color="red" title={error ? 'It cannot be checked now' : 'It cannot be saved so'} mb="sm">
      {error ? messageOf(error) : null}
      {issues.map(({ path, message }) => (
        <Text key={`${path} ${message}`} size="sm">
          {path.slice(1).replaceAll('/', ' · ')}: {message}
        </Text>
      ))}
    </Alert>
  );
}

function Rendered({ label, text }: { readonly label: string; readonly text: string | null | undefined }) {
  if (!text) return null;
  return (
    <section>
      <Title order={3} size="h6" mt="md" mb={4}>
        {label}
      </Title>
      <JsonValue value={text} label={label} />
    </section>
  );
}
