import type { Liquid } from 'liquidjs';

import { type ParsedTemplate, parseTemplate } from './template-parser';

/**
 * Remembers parsed templates by their text, the last used ones, as many as have `maxCharacters` together: what a parsed
 * template takes in memory grows with its text.
 */
export class ParsedTemplates {
  private readonly templates = new Map<string, ParsedTemplate>();
  private characters = 0;

  constructor(
    private readonly engine: Liquid,
    private readonly maxCharacters: number,
  ) {}

  get(text: string): ParsedTemplate {
    const known = this.templates.get(text);
    if (known === undefined) return this.add(text, parseTemplate(this.engine, text));
    // A map keeps the order of insertion: the last used goes to the end.
    this.templates.delete(text);
    this.templates.set(text, known);
    return known;
  }

  private add(text: string, parsed: ParsedTemplate): ParsedTemplate {
    this.templates.set(text, parsed);
    this.characters += text.length;
    for (const oldest of this.templates.keys()) {
      if (this.characters <= this.maxCharacters) break;
      this.templates.delete(oldest);
      this.characters -= oldest.length;
    }
    return parsed;
  }
}
