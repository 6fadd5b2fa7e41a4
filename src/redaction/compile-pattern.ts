import { jsonPointer } from '../common/json';
import type { ErrorIssue } from '../common/parley-error';
import { BUILT_IN_PLACEHOLDERS } from './built-in-patterns';
import { type CustomPattern, WITHHELD } from './custom-patterns';
import type { PatternEntry } from './pattern-entry';
import { hazardOf } from './pattern-safety';

interface Compiled {
  readonly pattern?: CustomPattern;
  readonly issues: readonly ErrorIssue[];
}

/** Makes an entry a pattern that can be used without harm, or says what is wrong with it. */
export function compilePattern(entry: PatternEntry, path: string): Compiled {
  const { name, pattern, flags = '', replacement = `[${name}]` } = entry;
  const refuse = (message: string) => ({ issues: [{ path: path + jsonPointer('pattern'), message }] });
  const expression = compile(pattern, `g${flags}`);
  if (!expression) return refuse('pattern must be a regular expression, with flags that are named once');
  const hazard = hazardOf(pattern);
  if (hazard !== undefined) return refuse(`pattern ${hazard}: on some texts it would hardly ever end`);
  if (expression.test('')) return refuse('pattern must not match an empty text');
  expression.lastIndex = 0;
  return { pattern: { name, expression, replacement }, issues: [] };
}

/** A pattern that finds itself in what replaced something would change a text anew each time. */
export function replacementIssues(patterns: readonly CustomPattern[]): readonly ErrorIssue[] {
  const placeholders = [...BUILT_IN_PLACEHOLDERS, WITHHELD, ...patterns.map(({ replacement }) => replacement)];
  return patterns
    .filter(({ expression }) => placeholders.some((placeholder) => placeholder.search(expression) >= 0))
    .map(({ name }) => ({ path: '', message: `the pattern "${name}" matches a replacement` }));
}

function compile(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
