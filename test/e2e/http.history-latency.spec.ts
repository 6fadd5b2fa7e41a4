import { onEachStore } from '../support/service';

interface Page {
  readonly messages: readonly { readonly seq: number; readonly role: string; readonly content: string }[];
  readonly nextAfter: number | null;
}
interface Latency {
  readonly stages: Record<string, Record<string, number>>;
}

const say = (agent: string, content: string) => ({ op: 'append', agent, role: 'user', content });

onEachStore('history and latency over HTTP', (service) => {
  let id: string;
  beforeEach(async () => {
    id = await service().open();
  });

  describe('GET /v1/sessions/:id/history/:agent', () => {
    const page = async (agent: string, query = '') =>
      (await service().get<Page>(`/v1/sessions/${id}/history/${encodeURIComponent(agent)}${query}`)).body;

    it('answers an agent that said nothing with an empty page', async () => {
      expect(await page('Nobody')).toEqual({ messages: [], nextAfter: null });
    });

    it('begins with the system prompt as number 0', async () => {
      await service().apply(id, say('Front', 'hi'), { op: 'systemPrompt', agent: 'Front', content: 'Be kind' });
      const { messages, nextAfter } = await page('Front');
      const at = expect.any(Number) as number;
      expect(messages).toEqual([
        { seq: 0, role: 'system', content: 'Be kind', at },
        { seq: 1, role: 'user', content: 'hi', at },
      ]);
      expect(nextAfter).toBeNull();
    });

    it('leaves the system prompt out after number 0', async () => {
      await service().apply(id, say('Front', 'hi'), { op: 'systemPrompt', agent: 'Front', content: 'Be kind' });
      expect((await page('Front', '?after=0')).messages.map(({ seq }) => seq)).toEqual([1]);
    });

    it('pages through one of several threads without a gap or a double', async () => {
      const ops = Array.from({ length: 21 }, (_, index) => say(index % 3 === 0 ? 'Front' : 'Back', `m${index + 1}`));
      await service().apply(id, ...ops, { op: 'systemPrompt', agent: 'Front', content: 'p' });
      const seen: number[] = [];
      const sizes: number[] = [];
      for (let after: number | null = -1; after !== null;) {
        const { messages, nextAfter }: Page = await page('Front', `?limit=3&after=${after}`);
        seen.push(...messages.map(({ seq }) => seq));
        sizes.push(messages.length);
        after = nextAfter;
      }
      expect(seen).toEqual([0, 1, 4, 7, 10, 13, 16, 19]);
      expect(sizes).toEqual([3, 3, 2]);
    });

    it('says null after a page that ends with the last message', async () => {
      await service().apply(id, say('Front', 'one'), say('Front', 'two'));
      expect((await page('Front', '?limit=2')).nextAfter).toBeNull();
      expect((await page('Front', '?limit=1')).nextAfter).toBe(1);
    });

    it('finds the agent under any name', async () => {
      for (const agent of ['__proto__', 'a/b', 'Ünï çødé', '%']) {
        await service().apply(id, say(agent, agent));
        expect((await page(agent)).messages).toMatchObject([{ content: agent }]);
      }
    });

    it('answers 404 for an unknown session', async () => {
      const { status, body } = await service().get('/v1/sessions/unknown/history/a');
      expect([status, body['code']]).toEqual([404, 'session_not_found']);
    });
  });

  describe('GET /v1/sessions/:id/latency', () => {
    const stages = async () => (await service().get<Latency>(`/v1/sessions/${id}/latency`)).body.stages;

    it('answers a session that measured nothing with no stages at all', async () => {
      const { status, body } = await service().get(`/v1/sessions/${id}/latency`);
      expect(status).toBe(200);
      expect(body).toEqual({ stages: {} });
    });

    it('sums a stage up exactly, its percentiles within 1 %', async () => {
      const samples = Array.from({ length: 100 }, (_, index) => ({
        op: 'recordLatency',
        stage: 'stt',
        seconds: (index + 1) / 100,
      }));
      await service().apply(id, ...samples);
      const { stt = {} } = await stages();
      expect(Object.keys(stt).sort()).toEqual(['avg', 'count', 'max', 'min', 'p50', 'p90', 'p95', 'p99', 'total']);
      expect(stt).toMatchObject({ count: 100, min: 0.01, max: 1 });
      expect(stt['total']).toBeCloseTo(50.5, 9);
      expect(stt['avg']).toBeCloseTo(0.505, 9);
      for (const [name, rank] of Object.entries({ p50: 50, p90: 90, p95: 95, p99: 99 })) {
        expect(Math.abs((stt[name] ?? 0) - rank / 100)).toBeLessThanOrEqual(0.01 + rank * 0.0001);
      }
    });

    it('takes a duration of 0, any stage name, and a run with meta', async () => {
      await service().apply(
        id,
        { op: 'recordLatency', stage: '__proto__', seconds: 0 },
        { op: 'recordLatency', stage: 'my stage', seconds: 2, run: 'turn-1', at: 1.5, meta: { model: 'm' } },
      );
      const { text } = await service().get(`/v1/sessions/${id}/latency`);
      expect(text).toContain('"__proto__":{"count":1,"min":0,"max":0,"avg":0,"total":0');
      expect((await stages())['my stage']).toMatchObject({ count: 1, min: 2, max: 2, avg: 2, p50: 2 });
    });

    it('answers 404 for an unknown session', async () => {
      const { status, body } = await service().get('/v1/sessions/unknown/latency');
      expect([status, body['code']]).toEqual([404, 'session_not_found']);
    });
  });
});
