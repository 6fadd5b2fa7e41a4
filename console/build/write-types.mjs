// The types of all that the console sends and gets, from the documents that the service publishes of itself.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { URL } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const DOCS = new URL('../../docs/', import.meta.url);
const GENERATED = new URL('../src/api/generated/', import.meta.url);

async function documentOf(name) {
  return JSON.parse(await readFile(new URL(name, DOCS), 'utf8'));
}

/** The frames' schemas are JSON Schema like those of OpenAPI, and read as such. */
function asOpenApi({ info, components }) {
  return { openapi: '3.1.0', info, paths: {}, components: { schemas: components.schemas } };
}

async function write(name, document) {
  await writeFile(new URL(name, GENERATED), astToString(await openapiTS(document)));
}

await mkdir(GENERATED, { recursive: true });
await write('http.d.ts', await documentOf('openapi.json'));
await write('live.d.ts', asOpenApi(await documentOf('asyncapi.json')));
