import { onEachStore } from '../support/service';

interface SessionBody {
  readonly revision: number;
  readonly activeAgent: string | null;
  readonly interrupted: boolean;
  readonly context: Record<string, unknown>;
  readonly slots: Record<string, unknown>;
  readonly toolOutputs: Record<string, unknown>;
  readonly history: Record<string, readonly Record<string, unknown>[]>;
}

const say = (content: string, agent = 'Front') => ({ op: 'append', agent, role: 'user', content });

onEachStore('operations over HTTP', (service) => {
  let id: string;
  beforeEach(async () => {
    id = await service().open();
  });
  const session = async () => (await service().get<SessionBody>(`/v1/sessions/${id}`)).body;
  const contents = async (agent = 'Front') => (await session()).history[agent]?.map((message) => message['content']);
  const send = (key: string, ...ops: unknown[]) =>
    service().post(`/v1/sessions/${id}/ops`, { ops }, { 'idempotency-key': key });

  it('answers 200 with the revision and the numbers of the appended messages', async () => {
    const first = await service().apply(id, say('one'), { op: 'setInterrupted', value: true }, say('two'));
    expect(first.status).toBe(200);
    expect(first.body).toEqual({ revision: 2, messages: [1, 2], epoch: 1 });
    const second = await service().apply(id, { op: 'setInterrupted', value: false });
    expect(second.body).toEqual({ revision: 3, messages: [], epoch: 1 });
  });

  it.each(['user', 'assistant', 'system', 'tool'])('appends as %s', async (role) => {
    await service().apply(id, { op: 'append', agent: 'Front', role, content: 'text' });
    expect((await session()).history['Front']).toMatchObject([{ seq: 1, role, content: 'text' }]);
  });

  it('keeps the time and meta of a message, and gives the time of the write in seconds where there is none', async () => {
    await service().apply(id, { ...say('dated'), at: 1_700_000_000.25, meta: { confidence: 0.9 } }, say('undated'));
    const [dated, undated] = (await session()).history['Front'] ?? [];
    expect(dated).toEqual({ seq: 1, role: 'user', content: 'dated', at: 1_700_000_000.25, meta: { confidence: 0.9 } });
    expect(Math.abs((undated?.['at'] as number) - Date.now() / 1000)).toBeLessThan(30);
    expect(undated).not.toHaveProperty('meta');
  });

  it('truncates to what was heard and keeps what was generated', async () => {
    await service().apply(id, { op: 'append', agent: 'Front', role: 'assistant', content: 'Hello there' });
    await service().apply(id, { op: 'truncate', seq: 1, content: 'Hello' });
    expect((await session()).history['Front']).toMatchObject([
      { content: 'Hello', meta: { generated: 'Hello there' } },
    ]);
  });

  it('refuses to truncate a message that never was, and applies nothing of the batch', async () => {
    const { status, body } = await service().apply<Record<string, unknown>>(id, say('no'), {
      op: 'truncate',
      seq: 99,
      content: '',
    });
    expect([status, body['code']]).toEqual([422, 'message_not_found']);
    expect((await session()).revision).toBe(1);
  });

  it('clears one thread, or all', async () => {
    await service().apply(id, say('a', 'A'), say('b', 'B'), { op: 'systemPrompt', agent: 'A', content: 'p' });
    await service().apply(id, { op: 'clearHistory', agent: 'A' });
    expect(Object.keys((await session()).history)).toEqual(['B']);
    await service().apply(id, { op: 'clearHistory' });
    expect((await session()).history).toEqual({});
  });

  it('replaces the system prompt', async () => {
    await service().apply(id, say('hi'), { op: 'systemPrompt', agent: 'Front', content: 'first' });
    await service().apply(id, { op: 'systemPrompt', agent: 'Front', content: 'second' });
    expect(await contents()).toEqual(['second', 'hi']);
  });

  it('sets, merges and deletes context', async () => {
    await service().apply(
      id,
      { op: 'setContext', key: 'a', value: { x: 1, y: { z: 1 } } },
      { op: 'mergeContext', key: 'a', value: { y: null, w: [] } },
      { op: 'mergeContext', key: 'new', value: { n: 1 } },
      { op: 'setContext', key: 'gone', value: 1 },
      { op: 'deleteContext', key: 'gone' },
    );
    expect((await session()).context).toEqual({ a: { x: 1, y: null, w: [] }, new: { n: 1 } });
  });

  it('sets slots by name and leaves the others', async () => {
    await service().apply(id, { op: 'setSlots', slots: { city: 'Rome', seats: 2 } });
    await service().apply(id, { op: 'setSlots', slots: { seats: null } }, { op: 'setSlots', slots: {} });
    expect((await session()).slots).toEqual({ city: 'Rome', seats: null });
  });

  it('keeps the last output of a tool', async () => {
    const keep = (output: unknown) => ({ op: 'setToolOutput', tool: 'search', output });
    await service().apply(id, keep({ found: 1 }), keep([null]));
    expect((await session()).toolOutputs).toEqual({ search: [null] });
  });

  it('sets the interruption flag and the active agent, which need not be configured', async () => {
    await service().apply(id, { op: 'setInterrupted', value: true }, { op: 'setActiveAgent', agent: 'Nobody knows' });
    expect(await session()).toMatchObject({ interrupted: true, activeAgent: 'Nobody knows' });
    await service().apply(id, { op: 'setInterrupted', value: false });
    expect((await session()).interrupted).toBe(false);
  });

  it('applies nothing of a batch with one wrong operation', async () => {
    const { status, body } = await service().apply<Record<string, unknown>>(id, say('no'), { op: 'fly' });
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([{ path: '/ops/1/op' }]);
    expect((await session()).revision).toBe(1);
  });

  it('applies 256 operations at once, numbered in their order', async () => {
    const { status, body } = await service().apply(id, ...Array.from({ length: 256 }, (_, index) => say(`m${index}`)));
    expect(status).toBe(200);
    expect(body.messages).toEqual(Array.from({ length: 256 }, (_, index) => index + 1));
  });

  it('loses and doubles no number when many write at once', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => service().apply(id, say(`m${index}`))));
    const numbers = answers.flatMap(({ body }) => body.messages).sort((left, right) => left - right);
    expect(numbers).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect((await session()).revision).toBe(41);
  });

  it('answers 404 for an unknown session', async () => {
    const { status, body } = await service().apply<Record<string, unknown>>('unknown', say('hi'));
    expect([status, body['code']]).toEqual([404, 'session_not_found']);
  });

  describe('with an Idempotency-Key', () => {
    it('answers the same key and operations as the first time, and applies them once', async () => {
      const first = await send('turn-1', say('once'));
      await service().apply(id, say('between'));
      const again = await send('turn-1', say('once'));
      expect(again.status).toBe(200);
      expect(again.body).toEqual(first.body);
      expect(await contents()).toEqual(['once', 'between']);
    });

    it('answers 422 for the same key with other operations', async () => {
      await send('turn-1', say('once'));
      const { status, body } = await send('turn-1', say('twice'));
      expect([status, body['code']]).toEqual([422, 'idempotency_key_reused']);
      expect(await contents()).toEqual(['once']);
    });

    it('applies it once when it is sent many times at once', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => send('turn-1', say('once'))));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(await contents()).toEqual(['once']);
    });

    it('keeps the keys of two sessions apart', async () => {
      await send('turn-1', say('mine'));
      const other = await service().open();
      const path = `/v1/sessions/${other}/ops`;
      expect((await service().post(path, { ops: [say('theirs')] }, { 'idempotency-key': 'turn-1' })).status).toBe(200);
    });

    it.each(['end', 'END', '__proto__', '0', 'revision', '!', '~'.repeat(128)])(
      'takes the key %s like any other, and the session ends as ever',
      async (key) => {
        expect((await send(key, say('hi'))).status).toBe(200);
        expect((await service().delete(`/v1/sessions/${id}`)).status).toBe(204);
      },
    );
  });
});
