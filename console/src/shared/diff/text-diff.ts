import { structuredPatch } from 'diff';

export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'same' | 'gap';
  readonly text: string;
}

/** More differing lines than this are not worked out: it would take too long. */
const MOST_EDITS = 1000;
const MARKS = { '+': 'added', '-': 'removed', ' ': 'same' } as const;

/** The lines that differ with what is around them; none where the texts are the same, undefined where it is too much. */
export function diffLines(before: string, after: string): DiffLine[] | undefined {
  if (before === after) return [];
  const options = { context: 3, maxEditLength: MOST_EDITS };
  const patch = structuredPatch('', '', before, after, undefined, undefined, options);
  return patch?.hunks.flatMap(({ lines }, index) => [
    ...(index > 0 ? [{ kind: 'gap' as const, text: '' }] : []),
    ...lines.flatMap(diffLine),
  ]);
}

/** A last line without its end is told by a line of its own, which nobody needs here. */
function diffLine(line: string): DiffLine[] {
  const kind = MARKS[line[0] as keyof typeof MARKS];
  return kind ? [{ kind, text: line.slice(1) }] : [];
}
