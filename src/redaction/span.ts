/** A piece of a text, by UTF-16 positions; `end` is behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where something is in a text: spans in their order, which may overlap. */
export type Detector = (text: string) => readonly Span[];

/** The text with each span replaced; spans that overlap are one, so that nothing of any of them is left between. */
export function replaceSpans(text: string, spans: readonly Span[], replacement: string): string {
  const parts: string[] = [];
  let position = 0;
  for (const { start, end } of merged(spans)) {
    parts.push(text.slice(position, start), replacement);
    position = end;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(position);
}

function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last && span.start < last.end) result[result.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}
