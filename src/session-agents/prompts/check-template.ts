import type { Liquid } from 'liquidjs';

import type { TemplateIssue } from './template-issue';
import { parseTemplate } from './template-parser';

/** Whether a text has anything in it that Liquid would not give back as it is. */
export function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}

/** The faults of a template; none if it can be rendered. */
export function checkTemplate(engine: Liquid, text: string): readonly TemplateIssue[] {
  return checkLength(text, engine.options.parseLimit) ?? (isTemplate(text) ? parseTemplate(engine, text).issues : []);
}

/** Undefined: it is short enough. Otherwise the issue is where the text should have ended. */
export function checkLength(text: string, maxCharacters: number): readonly TemplateIssue[] | undefined {
  if (text.length <= maxCharacters) return undefined;
  const lines = text.slice(0, maxCharacters + 1).split('\n');
  const message = `is longer than ${maxCharacters} characters (TEMPLATE_MAX_CHARACTERS)`;
  return [{ line: lines.length, column: (lines.at(-1) ?? '').length, message }];
}
