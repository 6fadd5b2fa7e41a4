import type { Span } from './span';

/**
 * An address, or else what could have been the beginning of one: matching that too takes the scan over it in one step,
 * where trying from each of its characters would take the square of its length. The bounds are those of RFC 5321.
 */
const ADDRESS =
  /[\p{L}\p{M}\p{N}._%+'&~#=/-]{1,64}(?<domain>@(?:[\p{L}\p{M}\p{N}-]{1,63}\.){1,16}(?:\p{L}{2,63}|[xX][nN]--[A-Za-z0-9-]{1,59}))?/gu;
/** Punctuation around an address that could be part of one, and hardly ever is. */
const LEADING_PUNCTUATION = /^[^\p{L}\p{N}]*/u;

export function emailAddresses(text: string): Span[] {
  if (!text.includes('@')) return [];
  const spans: Span[] = [];
  for (const { 0: found, index, groups } of text.matchAll(ADDRESS)) {
    const domain = groups?.['domain'];
    if (domain === undefined) continue;
    const skipped = LEADING_PUNCTUATION.exec(found)?.[0].length ?? 0;
    spans.push({ start: index + (skipped < found.length - domain.length ? skipped : 0), end: index + found.length });
  }
  return spans;
}
