import { Injectable } from '@nestjs/common';
import type { JsonValue } from '../common/json';
import { CARD_PLACEHOLDER, EXACT_PATTERNS, PHONE_PATTERN } from './built-in-patterns';
import { isCardNumber } from './card-numbers';
import { CustomPatterns } from './custom-patterns';
import { replaceSpans } from './span';

/**
 * How often a text is searched anew after something was found in it: what has been replaced can part digits that stood
 * together. Twice is enough for the built-in patterns; the bound is for what operators think of.
 */
const MAX_PASSES = 4;

/** Replaces what identifies people or their money, such as card numbers, by words that say what was there. */
@Injectable()
export class Redactor {
  /** @param enabled whether exports and the archive are redacted */
  constructor(
    private readonly custom: CustomPatterns = new CustomPatterns([]),
    private readonly enabled = true,
  ) {}

  /** What leaves the service, by file or by answer: redacted, unless the operator has switched that off. */
  exported(value: string): string;
  exported(value: JsonValue): JsonValue;
  exported(value: JsonValue): JsonValue {
    return this.enabled ? this.json(value) : value;
  }

  /** A text without them; the very text where it has none. */
  text(text: string): string {
    let current = text;
    for (let pass = 0; pass < MAX_PASSES; pass++) {
      const next = this.searchedOnce(current);
      if (next === current) return current;
      current = next;
    }
    return current;
  }

  /** The same value with its texts redacted, at any depth; keys stay. */
  json(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.number(value);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => this.json(item));
    // fromEntries defines own properties: a key called `__proto__` stays data.
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.json(item)]));
  }

  /** Of numbers that programs keep, only those that can hardly be anything else. */
  private number(value: number): JsonValue {
    if (isCardNumber(value)) return CARD_PLACEHOLDER;
    const text = String(value);
    const redacted = this.custom.replaceIn(text);
    return redacted === text ? value : redacted;
  }

  private searchedOnce(text: string): string {
    const exact = EXACT_PATTERNS.reduce(
      (rest, { find, placeholder }) => replaceSpans(rest, find(rest), placeholder),
      text,
    );
    const own = this.custom.replaceIn(exact);
    return replaceSpans(own, PHONE_PATTERN.find(own), PHONE_PATTERN.placeholder);
  }
}
