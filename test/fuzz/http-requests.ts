import fc from 'fast-check';
import { jsonTexts } from './broken-json';
import { FromSchema, type Schema } from './from-schema';
import { KNOWN_NAMES, NAMES_OF, oddText, SESSIONS } from './odd';

export interface FuzzRequest {
  /** As the document writes it, for the counts. */
  readonly route: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whose key it has. */
  readonly holder: Holder;
  readonly body: string | undefined;
}

export const HOLDERS = ['admin', 'runtime', 'read', 'wrong', 'nobody'] as const;
export type Holder = (typeof HOLDERS)[number];

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema?: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly responses?: Readonly<Record<string, object>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const holder: fc.Arbitrary<Holder> = fc.oneof(
  { arbitrary: fc.constant<Holder>('admin'), weight: 12 },
  fc.constantFrom(...HOLDERS),
);

/** Requests for every route of the document, the same share of each, and some for none. */
export function requestsOf(document: OpenApi): fc.Arbitrary<FuzzRequest> {
  const schemas = new FromSchema(document);
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => requestFor(schemas, path, method, operation)),
  );
  return fc.oneof(...routes, ...routes, elsewhere);
}

function requestFor(schemas: FromSchema, path: string, method: string, operation: Operation) {
  const { parameters = [], requestBody } = operation;
  const schema = requestBody?.content['application/json']?.schema;
  const verb = method.toUpperCase();
  return fc
    .record({
      method: fc.oneof({ arbitrary: fc.constant(verb), weight: 30 }, fc.constantFrom(...OTHER_METHODS)),
      path: pathOf(path),
      query: queryOf(parameters, schemas),
      headers: headersOf(schema !== undefined),
      holder,
      body: schema ? jsonTexts(schemas.values(schema)) : unwantedBody,
    })
    .map(({ query, ...request }) =>
      withoutContradiction({ route: `${verb} ${path}`, ...request, path: request.path + query }),
    );
}

const OTHER_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];
const unwantedBody = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 12 },
  fc.constantFrom('{}', '[]', 'null', '{', 'x'),
);

/** What can stand in a path; a client would not send the rest. */
const toPath = (text: string) => text.replace(/[^\x21-\x7e]|[#?]/g, '_');
/** Half a surrogate pair has no encoding: it becomes what UTF-8 has in its place. */
const encoded = (text: string) => encodeURIComponent(Buffer.from(text).toString());

const segment = (names: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.constantFrom(...names), weight: 14 },
    { arbitrary: fc.constantFrom('unknown', '0', 'x'), weight: 2 },
    oddText.map((text) => encoded(text.slice(0, 3000))),
    oddText.map((text) => toPath(text.slice(0, 3000))),
    fc.constantFrom('%00', '%ff', '%', '%2e%2e', '%2f', '..', '%c0%ae', '%u0041', '%0d%0aset-cookie:x'),
  );

function pathOf(path: string): fc.Arbitrary<string> {
  const parts = path.split(/(\{\w+\})/).map((part) => {
    if (!part.startsWith('{')) return fc.constant(part);
    const isSession = part === '{id}' && path.includes('/sessions/');
    return segment(isSession ? SESSIONS : (NAMES_OF[part.slice(1, -1)] ?? KNOWN_NAMES));
  });
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

function queryOf(parameters: readonly Parameter[], schemas: FromSchema): fc.Arbitrary<string> {
  const pairs = parameters
    .filter((parameter) => parameter.in === 'query')
    .map(({ name, schema }) => schemas.values(schema).map((value) => `${name}=${encoded(String(value))}`));
  const odd = fc.oneof(
    fc
      .tuple(fc.constantFrom('__proto__', 'a[b]', 'limit', 'after', 'cursor', 'render'), oddText)
      .map(([name, value]) => `${name}=${encoded(value.slice(0, 200))}`),
    oddText.map((text) => toPath(text.slice(0, 200))),
  );
  const none = { arbitrary: fc.constant(''), weight: 4 };
  const some = pairs.length > 0 ? [{ arbitrary: fc.oneof(...pairs), weight: 3 }] : [];
  const pair = fc.oneof(none, ...some, odd);
  return fc.tuple(pair, pair).map((both) => {
    const texts = both.filter((text) => text !== '');
    return texts.length === 0 ? '' : `?${texts.join('&')}`;
  });
}

/** Bytes that HTTP lets into a header's value. */
const headerText = oddText.map((text) =>
  text
    .slice(0, 2000)
    .replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')
    .trim(),
);
const TYPES = ['text/plain', 'application/json; charset=latin1', 'application/jsonx', ';', 'multipart/form-data', ''];

function headersOf(hasBody: boolean): fc.Arbitrary<Record<string, string>> {
  const json = { arbitrary: fc.constant('application/json'), weight: 20 };
  const odd = fc.record(
    {
      'idempotency-key': fc.oneof(fc.constantFrom('batch-1', 'batch-2'), headerText),
      'if-match': fc.oneof(fc.constantFrom('"1"', '"2"', '1', '*', 'W/"1"', '""'), headerText),
      accept: fc.oneof(fc.constantFrom('text/event-stream', '*/*', 'text/html'), headerText),
      origin: fc.oneof(fc.constantFrom('null', 'https://example.com'), headerText),
      expect: fc.constantFrom('100-continue', 'x'),
      range: fc.constantFrom('bytes=0-', 'bytes=-1,5-2'),
      'content-encoding': fc.constantFrom(...Array<string>(8).fill('identity'), 'gzip', 'x'),
      'x-forwarded-for': headerText,
      traceparent: headerText,
      cookie: headerText,
    },
    { requiredKeys: [] },
  );
  const few = fc
    .tuple(odd, fc.nat(30))
    .map(([headers, keep]) => Object.fromEntries(Object.entries(headers).slice(keep)));
  const type = fc.oneof(json, fc.constantFrom(...TYPES));
  return fc.tuple(few, type).map(([headers, value]) => (hasBody ? { ...headers, 'content-type': value } : headers));
}

/** A client that waits for leave to send its body would wait for what it did not ask for. */
function withoutContradiction(request: FuzzRequest): FuzzRequest {
  if (request.body !== undefined || request.headers['expect'] !== '100-continue') return request;
  return { ...request, headers: { ...request.headers, expect: 'x' } };
}

const elsewhere: fc.Arbitrary<FuzzRequest> = fc.record({
  route: fc.constant('elsewhere'),
  method: fc.constantFrom('GET', 'POST', 'OPTIONS', 'HEAD'),
  path: fc.oneof(
    fc.constantFrom(
      '/docs',
      '/docs/',
      '/docs-json',
      '/docs/live',
      '/docs/../main.js',
      '/docs/%2e%2e/%2e%2e/package.json',
    ),
    oddText.map((text) => `/${toPath(text.slice(0, 500))}`),
    oddText.map((text) => `/v1/${toPath(text.slice(0, 500))}`),
  ),
  headers: headersOf(false),
  holder,
  body: fc.constant(undefined),
});
