import { Logger } from '@nestjs/common';
import { withinTime } from './within-time';

export interface CustomPattern {
  readonly name: string;
  readonly expression: RegExp;
  readonly replacement: string;
}

/** Stands in the place of a text that could not be searched in time: what nobody looked at is not shown. */
export const WITHHELD = '[withheld]';
/**
 * For all patterns in one text. Searching a message takes microseconds; the bound is far above, because the clock runs
 * on while a busy machine lets this process wait, and a text must not be withheld for that.
 */
const TIMEOUT_MS = 1000;

/** The operator's patterns, in their order. */
export class CustomPatterns {
  private readonly logger = new Logger('Redaction');

  constructor(
    private readonly patterns: readonly CustomPattern[],
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  replaceIn(text: string): string {
    if (this.patterns.length === 0) return text;
    const replaced = withinTime(() => this.patterns.reduce(replaceOne, text), this.timeoutMs);
    if (replaced === undefined)
      this.logger.warn({ msg: 'patterns took too long: a text is withheld', characters: text.length });
    return replaced ?? WITHHELD;
  }
}

/** By a function: in a replacement text `$&` would bring back what was found. */
function replaceOne(text: string, { expression, replacement }: CustomPattern): string {
  return text.replace(expression, () => replacement);
}
