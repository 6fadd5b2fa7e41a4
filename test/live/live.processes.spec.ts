/** Two processes on one Redis, as two services in this one: each has connections of its own. */
import { testRedisUrl, uniquePrefix } from '../support/test-redis';
import { TestService } from '../support/service';
import { LiveClient } from './live-client';

const append = (content: string) => ({ op: 'append', agent: 'Front', role: 'user', content });
const SECRET = 'runtime-secret-1';

describe('the live channel over two processes', () => {
  const settings = { STORE: 'redis', REDIS_URL: testRedisUrl(), KEY_PREFIX: uniquePrefix() };
  let one: TestService;
  let two: TestService;
  beforeAll(async () => {
    // The first removes the keys when it is closed.
    one = await TestService.start('redis', settings);
    two = await TestService.start('redis', settings);
  });
  afterAll(() => Promise.all([one.close(), two.close()]));

  it('pushes in one what was changed over HTTP in the other', async () => {
    const sessionId = await one.open();
    const client = await LiveClient.open(two);
    await client.attach(sessionId);
    await one.apply(sessionId, append('hello'));
    expect(await client.next('change')).toMatchObject({ sessionId, revision: 2, messages: [1] });
    await one.apply(sessionId, { op: 'setInterrupted', value: true });
    await client.next('interrupted', { sessionId, value: true });
    await one.delete(`/v1/sessions/${sessionId}`);
    await client.next('closed', { sessionId, reason: 'session_ended' });
    await client.close();
  });

  it('tells sockets of both of every change once and in one order, whoever writes', async () => {
    const sessionId = await one.open();
    const watchers = [await LiveClient.open(one), await LiveClient.open(two)];
    for (const watcher of watchers) await watcher.attach(sessionId);
    const writers = [await LiveClient.open(one), await LiveClient.open(two)];
    for (let index = 0; index < 100; index += 1) {
      for (const writer of writers) writer.send({ id: 'w', type: 'ops', sessionId, ops: [append(`${index}`)] });
    }
    const expected = Array.from({ length: 200 }, (_, index) => index + 2);
    for (const watcher of watchers) {
      await watcher.next('change', { revision: 201 });
      expect(watcher.revisions()).toEqual(expected);
    }
    const seen = watchers.map(({ frames }) =>
      frames.flatMap((frame) => (frame.type === 'change' ? [frame.batchId] : [])),
    );
    expect(seen[0]).toEqual(seen[1]);
    await Promise.all([...watchers, ...writers].map((client) => client.close()));
  });

  it('catches up in the other process, and sends again without doubling', async () => {
    const sessionId = await one.open();
    const client = await LiveClient.open(one);
    const before = await client.ops(sessionId, [append('once')], 'same');
    await client.close();
    const again = await LiveClient.open(two);
    expect(await again.ops(sessionId, [append('once')], 'same')).toMatchObject({
      revision: before.revision,
      messages: [1],
    });
    const { revision, state, changes } = await again.attach(sessionId, 1);
    expect({ revision, state }).toEqual({ revision: 2, state: undefined });
    expect(changes).toMatchObject([{ revision: 2, batchId: 'same', messages: [1], ops: [append('once')] }]);
    await one.apply(sessionId, append('more'));
    expect(await again.next('change')).toMatchObject({ sessionId, revision: 3 });
    await again.close();
  });

  it('answers in the other process with the very changes that were pushed', async () => {
    const sessionId = await one.open();
    const client = await LiveClient.open(one);
    await client.attach(sessionId);
    const batches = [
      [append('one'), { op: 'setInterrupted', value: true, cause: 'barge_in', spoken: { seq: 1, characters: 1 } }],
      [
        { op: 'setSlots', slots: { city: 'Bern', list: [] } },
        { op: 'setActiveAgent', agent: 'Front' },
      ],
      [{ op: 'recordLatency', stage: 'stt', seconds: 0.25, run: 'r', meta: { label: 'first' } }],
    ];
    for (const ops of batches) await two.apply(sessionId, ...ops);
    await client.next('change', { revision: 4 });
    const pushed = client.frames.flatMap((frame) => {
      if (frame.type !== 'change') return [];
      const { type: _type, sessionId: _sessionId, ...body } = frame;
      return [body];
    });
    const other = await LiveClient.open(two);
    expect((await other.attach(sessionId, 1)).changes).toEqual(pushed);
    await Promise.all([client.close(), other.close()]);
  });
});

describe('tickets over two processes', () => {
  const settings = {
    STORE: 'redis',
    REDIS_URL: testRedisUrl(),
    KEY_PREFIX: uniquePrefix(),
    API_KEYS: `voice:runtime:${SECRET}`,
  };

  it('are good in the process that did not issue them, once', async () => {
    const [one, two] = [await TestService.start('redis', settings), await TestService.start('redis', settings)];
    const authorization = `Bearer ${SECRET}`;
    const { body } = await one.post<{ ticket: string }>('/v1/live/tickets', undefined, { authorization });
    const client = await LiveClient.open(two, { ticket: body.ticket });
    expect((await LiveClient.refused(one, { ticket: body.ticket })).status).toBe(401);
    await client.close();
    await Promise.all([one.close(), two.close()]);
  });
});
