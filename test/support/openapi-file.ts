import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createOpenApiDocument } from '../../src/api/docs/openapi';
import type { TestService } from './service';

export const OPENAPI_FILE = join(__dirname, '../../docs/openapi.json');

/** The document of the running service, as the file in docs holds it. */
export function openApiText({ app }: TestService): string {
  return `${JSON.stringify(createOpenApiDocument(app), null, 2)}\n`;
}

export function readOpenApiFile(): string {
  return readFileSync(OPENAPI_FILE, 'utf8');
}

export function writeOpenApiFile(text: string): void {
  writeFileSync(OPENAPI_FILE, text);
}
