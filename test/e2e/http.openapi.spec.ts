import SwaggerParser from '@apidevtools/swagger-parser';
import Ajv2020 from 'ajv/dist/2020';
import { type Answer, onEachStore } from '../support/service';

interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
}

onEachStore('answers are as the OpenAPI document says', (service) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  let document: Document;
  let id: string;
  beforeAll(async () => {
    const { body } = await service().get('/docs-json');
    document = (await SwaggerParser.dereference(body as never)) as unknown as Document;
    id = await service().open({ email: 'jane.doe@email.com', context: { tier: 'gold' } });
    const history = Array.from({ length: 3 }, (_, index) => ({
      op: 'append',
      agent: 'Front',
      role: 'assistant',
      content: `reply ${index}`,
      meta: { n: index },
    }));
    await service().apply(
      id,
      { op: 'systemPrompt', agent: 'Front', content: 'Be kind' },
      ...history,
      { op: 'truncate', seq: 3, content: 'rep' },
      { op: 'setSlots', slots: { city: null } },
      { op: 'setToolOutput', tool: 'balance', output: [1, 'two'] },
      { op: 'setActiveAgent', agent: 'Front' },
      { op: 'recordLatency', stage: 'stt', seconds: 0.5, run: 'r', at: 5 },
    );
  });

  function expectDocumented(method: string, path: string, { status, headers, text, body }: Answer<unknown>): void {
    const { responses } = document.paths[path]?.[method.toLowerCase()] ?? { responses: {} };
    const response = responses[String(status)] ?? responses['default'];
    expect({ method, path, status, documented: response !== undefined }).toMatchObject({ documented: true });
    if (text === '') return expect(response?.content).toBeUndefined();
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    const schema = response?.content?.[type]?.schema;
    const valid = schema !== undefined && ajv.validate(schema, type.includes('json') ? body : text);
    expect({ method, path, status, type, errors: valid ? [] : ajv.errors }).toMatchObject({ errors: [] });
  }

  const session = '/v1/sessions/{id}';
  const cases: [string, string, string, unknown?][] = [
    ['GET', '/v1/sessions', ''],
    ['GET', '/v1/sessions', '?limit=0'],
    ['GET', session, ''],
    ['GET', `${session}/history/{agent}`, '?limit=2'],
    ['GET', `${session}/latency`, ''],
    ['GET', `${session}/context/{key}`, ''],
    ['PUT', `${session}/context/{key}`, '', { value: null }],
    ['PUT', `${session}/context/{key}`, '', { value: [1], more: 1 }],
    ['PUT', `${session}/context/{key}`, '', {}],
    ['POST', `${session}/ops`, '', { ops: [{ op: 'append', agent: 'a', role: 'user', content: 'x' }] }],
    ['POST', `${session}/ops`, '', { ops: [{ op: 'unknown' }] }],
    ['POST', `${session}/ops`, '', { ops: [{ op: 'truncate', seq: 99, content: '' }] }],
    ['POST', '/v1/sessions', '', {}],
    ['POST', '/v1/sessions', '', { email: 5 }],
    ['DELETE', `${session}/context/{key}`, ''],
    ['GET', `${session}/context/{key}`, ''],
    ['GET', '/health/live', ''],
    ['GET', '/health/ready', ''],
    ['GET', '/metrics', ''],
    ['DELETE', session, ''],
    ['DELETE', session, ''],
    ['GET', session, ''],
  ];

  // Each row whole: a test with more parameters than its row has is handed a callback that it would have to call.
  it.each(cases.map(([method, path, query, json]) => [method, path, query, json] as const))(
    '%s %s%s',
    async (method, path, query, json) => {
      const url = path.replace('{id}', id).replace('{agent}', 'Front').replace('{key}', 'tier') + query;
      expectDocumented(method, path, await service().request(method, url, json === undefined ? {} : { json }));
    },
  );
});
