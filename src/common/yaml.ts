import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import type { JsonValue } from './json';
import { toJsonSafe } from './json-safe';

/** A parsed text, or what is wrong with it in words that quote nothing of it. */
export type ParsedYaml = { readonly value: JsonValue } | { readonly faults: readonly string[] };

/**
 * Reads YAML, and JSON as the YAML it is. Faults are given by line and the parser's code, because its messages quote
 * the text.
 */
export function parseYaml(text: string): ParsedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, code }) => {
      const { line, col } = lineCounter.linePos(pos[0]);
      return `is not YAML or JSON at line ${line}, column ${col} (${code})`;
    });
    return { faults };
  }
  try {
    return { value: toJsonSafe(document.toJS()) };
  } catch {
    return { faults: ['has aliases that cannot be resolved'] };
  }
}

/** The same of a file; `cause`: why it cannot be read, where it cannot. */
export async function readYamlFile(file: string): Promise<ParsedYaml & { readonly cause?: unknown }> {
  try {
    return parseYaml(await readFile(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { faults: [`cannot be read (${code ?? 'unknown reason'})`], cause: error };
  }
}
