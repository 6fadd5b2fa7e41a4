import { Text } from '@mantine/core';
import { diffLines, type DiffLine } from './text-diff';
import classes from './text-diff.module.css';

interface TextDiffViewProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const MARKS = { added: '+', removed: '−', same: ' ', gap: '⋯' } as const;
const WORDS = { added: 'Added: ', removed: 'Removed: ', same: '', gap: 'Lines left out' } as const;

/** What is different in a text, line by line. */
export function TextDiffView({ label, before, after }: TextDiffViewProps) {
  const lines = diffLines(before, after);
  if (!lines) return <Text size="sm">The texts differ too much to compare them line by line.</Text>;
  return (
    // It scrolls where it is long, so that the keyboard must reach it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.diff} tabIndex={0} role="region" aria-label={label}>
      {lines.map((line, index) => (
        <Line key={index} line={line} />
      ))}
    </div>
  );
}

function Line({ line: { kind, text } }: { readonly line: DiffLine }) {
  return (
    <div className={classes.line} data-kind={kind}>
      <span aria-hidden className={classes.mark}>
        {MARKS[kind]}
      </span>
      <span className="visually-hidden">{WORDS[kind]}</span>
      <span className={classes.text}>{text}</span>
    </div>
  );
}
