import type { StoreKind } from '../support/store-data';
import type { OtlpCollector } from './otlp-collector';
import { TracedService } from './traced-service';

/** In every text and name that a client sends beside ids and names of agents. */
const MARKER = 'parley-marker-text';

async function converse(service: TracedService): Promise<void> {
  const context = { [`${MARKER}-key`]: MARKER };
  await service.request('POST', '/v1/sessions', { sessionId: 'call-1', context });
  const ops = [
    { op: 'systemPrompt', agent: 'Front', content: MARKER },
    { op: 'append', agent: 'Front', role: 'user', content: MARKER, meta: { [MARKER]: MARKER } },
    { op: 'setContext', key: `${MARKER}-other`, value: { [MARKER]: MARKER } },
    { op: 'setSlots', slots: { [MARKER]: MARKER } },
    { op: 'setToolOutput', tool: MARKER, output: MARKER },
    { op: 'recordLatency', stage: MARKER, seconds: 1 },
  ];
  for (const op of ops) await service.request('POST', '/v1/sessions/call-1/ops', { ops: [op] });
  await service.request('PUT', `/v1/sessions/call-1/context/${MARKER}`, { value: MARKER });
  await service.request('GET', `/v1/sessions/call-1/context/${MARKER}?q=${MARKER}`);
  await service.request('GET', '/v1/sessions/call-1');
  // Refusals quote what was wrong: an unknown operation, a key that is not there, ids and paths of any form.
  await service.request('POST', '/v1/sessions/call-1/ops', { ops: [{ op: MARKER }] });
  await service.request('GET', `/v1/sessions/call-1/context/${MARKER}-absent`);
  await service.request('GET', `/v1/sessions/not an id ${MARKER}`);
  await service.request('GET', `/${MARKER}`, undefined, {
    'user-agent': MARKER,
    cookie: MARKER,
    baggage: `a=${MARKER}`,
  });
}

describe.each<StoreKind>(['embedded', 'redis'])('what the service on the %s store exports', (store) => {
  let collector: OtlpCollector;
  let answers: string;
  beforeAll(async () => {
    const service = await TracedService.start(store);
    collector = service.collector;
    await converse(service);
    answers = await (await fetch(`${service.url}/v1/sessions/call-1`)).text();
    await service.stop();
  });
  afterAll(() => collector.stop());

  it('the service has taken the texts, and exported spans and metrics of it', () => {
    expect(answers.split(MARKER).length).toBeGreaterThan(10);
    expect(collector.spans.filter(({ name }) => name === 'parley.store.apply').length).toBeGreaterThan(5);
    expect(collector.dataPoints.length).toBeGreaterThan(5);
  });

  it('nothing of what was said, and no name of a key, is in any exported byte', () => {
    expect(collector.bodies.filter((body) => body.includes(MARKER)).map(String)).toEqual([]);
  });
});
