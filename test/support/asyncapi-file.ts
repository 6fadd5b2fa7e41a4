import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAsyncApiDocument } from '../../src/live/api/asyncapi';

export const ASYNCAPI_FILE = join(__dirname, '../../docs/asyncapi.json');

/** The document of the live channel, as the file in docs holds it. */
export function asyncApiText(): string {
  return `${JSON.stringify(createAsyncApiDocument(), null, 2)}\n`;
}

export function readAsyncApiFile(): string {
  return readFileSync(ASYNCAPI_FILE, 'utf8');
}

export function writeAsyncApiFile(text: string): void {
  writeFileSync(ASYNCAPI_FILE, text);
}
