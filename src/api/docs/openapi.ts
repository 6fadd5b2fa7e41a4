import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ERROR_CATALOGUE } from '../../common/error-catalogue';
import { SESSION_ID_PATTERN } from '../../common/ids';
import { MAX_BATCH_OPS, OP_SCHEMAS } from '../../store/ops';
import { PROBLEM_MEDIA_TYPE } from '../problem/problem';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const NAME_SCHEMA = { type: 'string', minLength: 1, maxLength: 256 } as const;
const PATH_PARAMETERS: Readonly<Record<string, typeof NAME_SCHEMA | { type: 'string'; pattern: string }>> = {
  id: { type: 'string', pattern: SESSION_ID_PATTERN },
  agent: NAME_SCHEMA,
  key: NAME_SCHEMA,
  name: NAME_SCHEMA,
  tool: NAME_SCHEMA,
};

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What the server itself can refuse, on any route, before the route is asked. */
const ANY_OTHER_REFUSAL = {
  description:
    '`bad_request`, `request_timeout`, `headers_too_large`: the request is no valid HTTP request. `malformed_json`, ' +
    '`unsupported_media_type`, `body_too_large`: it has a body, where none is wanted, that cannot be read. ' +
    '`overloaded`: the instance has too much to do; not below `/v1/admin`.',
  content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

export const OPS_REQUEST_SCHEMA = '#/components/schemas/OpsRequest';

/** The document of every route. The operations' schemas are the ones that requests are checked with. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Parley')
    .setDescription('Session state of real-time voice agents. Times are seconds since the epoch, durations seconds.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'A key of API_KEYS; none needed without them.' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, info);
  for (const operations of Object.values(document.paths)) {
    for (const method of METHODS) if (operations[method]) completeOperation(operations[method], document);
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...problemSchema(), ...opSchemas() },
  };
  return document;
}

/** What holds for every route and would be said again at each. */
function completeOperation(operation: Operation, { components }: OpenAPIObject): void {
  operation.responses['default'] = ANY_OTHER_REFUSAL;
  for (const parameter of operation.parameters ?? []) {
    if ('in' in parameter && parameter.in === 'path') parameter.schema = PATH_PARAMETERS[parameter.name] ?? {};
  }
  // Unknown fields are refused.
  const body = operation.requestBody && 'content' in operation.requestBody ? operation.requestBody.content : {};
  const reference = body['application/json']?.schema;
  const schema = reference && '$ref' in reference && components?.schemas?.[reference.$ref.split('/').pop() ?? ''];
  if (schema && !('$ref' in schema)) schema.additionalProperties = false;
}

export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => createOpenApiDocument(app), { jsonDocumentUrl: 'docs-json' });
}

function opSchemas(): Schemas {
  const names = Object.keys(OP_SCHEMAS);
  // Through JSON, because the schemas carry symbols of the library that made them.
  const schemas = JSON.parse(JSON.stringify(OP_SCHEMAS)) as Schemas;
  const reference = (name: string) => `#/components/schemas/${name}`;
  return {
    ...Object.fromEntries(names.map((name) => [`${name}Op`, schemas[name] as Schemas[string]])),
    Op: {
      description: 'One change of a session.',
      oneOf: names.map((name) => ({ $ref: reference(`${name}Op`) })),
      discriminator: {
        propertyName: 'op',
        mapping: Object.fromEntries(names.map((name) => [name, reference(`${name}Op`)])),
      },
    },
    OpsRequest: {
      type: 'object',
      required: ['ops'],
      additionalProperties: false,
      properties: { ops: { type: 'array', minItems: 1, maxItems: MAX_BATCH_OPS, items: { $ref: reference('Op') } } },
    },
  };
}

function problemSchema(): Schemas {
  const issue = {
    type: 'object',
    required: ['path', 'message'],
    properties: { path: { type: 'string', description: 'JSON pointer' }, message: { type: 'string' } },
  };
  const codes = Object.entries(ERROR_CATALOGUE)
    .filter(([, entry]) => 'status' in entry)
    .map(([code]) => code);
  return {
    Problem: {
      description: 'RFC 9457; `code` is stable.',
      type: 'object',
      required: ['type', 'title', 'status', 'code'],
      properties: {
        type: { type: 'string', format: 'uri' },
        title: { type: 'string' },
        status: { type: 'integer' },
        code: { type: 'string', enum: codes },
        detail: { type: 'string' },
        errors: { type: 'array', items: issue as Schemas[string] },
      },
    },
  };
}
