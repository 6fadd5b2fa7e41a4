import type { DraftIssue } from './draft';

/** What is wrong at a place and below it, in words; undefined where nothing is. */
export function issuesAt(issues: readonly DraftIssue[], place: string): string | undefined {
  const found = issues.filter(({ path }) => path === place || path.startsWith(`${place}/`));
  return found.length > 0 ? found.map(({ message }) => message).join('; ') : undefined;
}
