import { type LiquidError, TagToken } from 'liquidjs';

import { shown, TemplateRefusal } from './template-issue';

/** Messages of Liquid that quote nothing and say enough. */
const KEPT = new Set([
  'expected "|" before filter',
  'expected filter name',
  'expected ":" after filter name',
  'expected variable name',
  'expected "="',
  '[ not closed',
  'invalid range syntax',
  'invalid capture name',
  'unexpected elsif after else',
  'duplicated else',
]);

/** The others quote the template: what they mean is said anew. */
const REWORDED: readonly (readonly [RegExp, string | ((name: string) => string)])[] = [
  [/^tag "(.*)" not found$/s, (name) => `the tag ${shown(name)} is unknown or does not belong here`],
  [/^tag ".* not closed$/s, 'a tag is not closed by %}'],
  [/^output .* not closed$/s, 'an output is not closed by }}'],
  [/^raw .* not closed$/s, 'the tag "raw" is not closed'],
  [/^illegal tag: /, 'must read "for … in …"'],
  [/^illegal (liquid )?tag syntax/, 'the name of a tag is expected'],
  [/^invalid value expression/, 'a value is expected'],
  [/^unexpected token .* value expected$/s, 'a value is expected'],
  [/^unexpected character /, 'an unexpected character'],
  [/^unexpected /, 'more text than the tag takes'],
  [/^every line of an inline comment/, 'every line of a comment must begin with #'],
];

/** What is wrong, without the text around it: it may hold what nobody else should read. */
export function faultMessage(error: LiquidError): string {
  const { originalError, token } = error;
  if (originalError instanceof TemplateRefusal) return originalError.message;
  if (originalError instanceof RangeError) return 'values nest too deep';
  const message = originalError?.message ?? error.message.replace(/, line:\d+, col:\d+$/, '');
  if (KEPT.has(message)) return message;
  if (token instanceof TagToken && message.endsWith(' not closed')) return `the tag ${shown(token.name)} is not closed`;
  for (const [pattern, words] of REWORDED) {
    const match = pattern.exec(message);
    if (match !== null) return typeof words === 'string' ? words : words(match[1] ?? '');
  }
  return 'is not Liquid';
}
