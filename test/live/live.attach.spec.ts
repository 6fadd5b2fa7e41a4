import { onEachStore } from '../support/service';
import { LiveClient } from './live-client';

const append = (content: string) => ({ op: 'append', agent: 'Front', role: 'user', content });

onEachStore('attaching to sessions', (service) => {
  let client: LiveClient;
  beforeEach(async () => {
    client = await LiveClient.open(service());
  });
  afterEach(() => client.close());

  it('answers with the session exactly as the HTTP route does', async () => {
    const sessionId = await service().open({ context: { plan: 'gold', list: [] } });
    await service().apply(sessionId, append('hello'), { op: 'setSlots', slots: { city: 'Bern' } });
    const { revision, state, changes } = await client.attach(sessionId);
    const { body } = await service().get(`/v1/sessions/${sessionId}`);
    // When it expires is worked out anew by every read.
    expect({ ...state, expiresAt: 0 }).toEqual({ ...body, expiresAt: 0 });
    expect({ revision, changes }).toEqual({ revision: 2, changes: undefined });
  });

  it('pushes what others do, as it was applied', async () => {
    const sessionId = await service().open();
    await client.attach(sessionId);
    const ops = [append('one'), { op: 'setContext', key: 'a', value: { b: 1 } }];
    const { body } = await service().apply(sessionId, ...ops);
    const change = await client.next('change');
    expect(change).toMatchObject({ sessionId, revision: 2, messages: body.messages, source: 'session' });
    expect(change.ops).toMatchObject(ops);
  });

  it('leaves no gap and repeats nothing between the answer and the pushes', async () => {
    const sessionId = await service().open();
    let isDone = false;
    const writing = (async () => {
      let last = 1;
      while (!isDone) last = (await service().apply(sessionId, append('more'))).body.revision;
      return last;
    })();
    const clients = [];
    for (let round = 0; round < 5; round += 1) {
      const other = await LiveClient.open(service());
      clients.push({ other, from: (await other.attach(sessionId)).revision });
    }
    isDone = true;
    const last = await writing;
    for (const { other, from } of clients) {
      if (from < last) await other.next('change', { revision: last });
      expect(other.revisions()).toEqual(Array.from({ length: last - from }, (_, index) => from + 1 + index));
      await other.close();
    }
  });

  it('answers with what came since a revision, and goes on from there', async () => {
    const sessionId = await service().open();
    await client.attach(sessionId);
    for (const content of ['one', 'two', 'three']) await service().apply(sessionId, append(content));
    await client.next('change', { revision: 4 });
    await client.ask('detached', { type: 'detach', sessionId });
    await service().apply(sessionId, append('four'));
    const other = await LiveClient.open(service());
    let caughtUp = await other.attach(sessionId, 2);
    while (caughtUp.revision < 5) caughtUp = await other.attach(sessionId, 2);
    expect(caughtUp.state).toBeUndefined();
    expect(caughtUp.changes?.map(({ revision }) => revision)).toEqual([3, 4, 5]);
    expect(caughtUp.changes?.[0]?.ops).toMatchObject([{ op: 'append', content: 'two' }]);
    await service().apply(sessionId, append('five'));
    expect((await other.next('change')).revision).toBe(6);
    await other.close();
  });

  it('has nothing to say to who has everything', async () => {
    const sessionId = await service().open();
    await client.attach(sessionId);
    expect(await client.attach(sessionId, 1)).toMatchObject({ revision: 1, changes: [] });
  });

  it('answers with the session where it has not all changes, or the revision is yet to come', async () => {
    const sessionId = await service().open();
    await service().apply(sessionId, append('one'), { op: 'clearHistory' });
    expect(await client.attach(sessionId, 1)).toMatchObject({ revision: 2, state: { revision: 2 } });
    expect(await client.attach(sessionId, 9)).toMatchObject({ revision: 2, state: { revision: 2 } });
  });

  it('keeps 256 changes of a session, and answers with the session beyond', async () => {
    const sessionId = await service().open();
    await client.attach(sessionId);
    for (let batch = 0; batch < 260; batch += 1) client.send({ id: 'x', type: 'ops', sessionId, ops: [append('x')] });
    await client.next('durable', { revision: 261 });
    const other = await LiveClient.open(service());
    await service().apply(sessionId, append('last'));
    await client.next('change', { revision: 262 });
    expect((await other.attach(sessionId, 6)).changes).toHaveLength(256);
    expect((await other.attach(sessionId, 5)).state).toMatchObject({ revision: 262 });
    await other.close();
  });

  it('says no more after a detach', async () => {
    const sessionId = await service().open();
    await client.attach(sessionId);
    await client.ask('detached', { type: 'detach', sessionId });
    await client.ask('detached', { type: 'detach', sessionId });
    await service().apply(sessionId, append('unheard'));
    expect(await client.pushed()).toEqual([]);
  });

  it('refuses a session that is not there, or has ended, and follows it no longer', async () => {
    const sessionId = await service().open();
    expect(await client.ask('error', { type: 'attach', sessionId: 'none' })).toMatchObject({
      code: 'session_not_found',
      retryable: false,
    });
    await service().delete(`/v1/sessions/${sessionId}`);
    expect(await client.ask('error', { type: 'attach', sessionId })).toMatchObject({ code: 'session_ended' });
  });

  it('tells who is attached that a session has ended', async () => {
    const sessionId = await service().open();
    await client.attach(sessionId);
    await service().delete(`/v1/sessions/${sessionId}`);
    expect(await client.next('closed')).toEqual({ type: 'closed', sessionId, reason: 'session_ended' });
    expect(await client.ask('error', { type: 'attach', sessionId, fromRevision: 1 })).toMatchObject({
      code: 'session_ended',
    });
  });

  it('carries many sessions on one socket', async () => {
    const sessions = await Promise.all(Array.from({ length: 20 }, () => service().open()));
    await Promise.all(sessions.map((sessionId) => client.attach(sessionId)));
    await Promise.all(sessions.map((sessionId) => service().apply(sessionId, append('hi'))));
    for (const sessionId of sessions) await client.next('change', { sessionId, revision: 2 });
  });
});
