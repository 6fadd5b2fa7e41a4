import { Fieldset, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatValue } from '../../shared/format';
import classes from './agents.module.css';
import type { Draft, DraftIssue } from './draft';
import { issuesAt } from './issues';

type Texts = Draft['voice'];

interface MemberFieldsProps {
  readonly legend: string;
  /** Where its issues are. */
  readonly path: string;
  readonly names: readonly string[];
  readonly texts: Texts;
  /** What stands where nothing is written. */
  readonly base: Readonly<Record<string, unknown>>;
  readonly issues: readonly DraftIssue[];
  readonly isReadOnly: boolean;
  readonly onChange: (texts: Texts) => void;
  readonly children?: ReactNode;
}

const LABELS: Readonly<Record<string, string>> = {
  name: 'Name',
  type: 'Type',
  style: 'Style',
  rate: 'Rate',
  pitch: 'Pitch',
  endpointId: 'Endpoint',
  deployment: 'Deployment',
  temperature: 'Temperature',
  topP: 'Top P',
  maxTokens: 'Most tokens',
  reasoningEffort: 'Reasoning effort',
};

/** Members that stand over those of the agent, where something is written. */
export function MemberFields(props: MemberFieldsProps) {
  const { legend, path, names, texts, base, issues, isReadOnly, onChange, children } = props;
  return (
    <Fieldset legend={legend}>
      <div className={classes.members}>
        {names.map((name) => (
          <TextInput
            key={name}
            label={LABELS[name] ?? name}
            placeholder={textOf(base[name])}
            value={texts[name] ?? ''}
            onChange={(event) => onChange({ ...texts, [name]: event.currentTarget.value })}
            error={issuesAt(issues, `${path}/${name}`)}
            readOnly={isReadOnly}
          />
        ))}
      </div>
      {children}
    </Fieldset>
  );
}

function textOf(value: unknown): string {
  return value === undefined ? '' : formatValue(value);
}
