import { onEachStore } from '../support/service';
import { LiveClient } from './live-client';

const append = (content: string) => ({ op: 'append', agent: 'Front', role: 'user', content });

interface Session {
  readonly revision: number;
  readonly history: { readonly Front: readonly { readonly content: string }[] };
}

onEachStore('operations over the live channel', (service) => {
  let client: LiveClient;
  beforeEach(async () => {
    client = await LiveClient.open(service());
  });
  afterEach(() => client.close());

  const contents = async (sessionId: string) => {
    const { body } = await service().get<Session>(`/v1/sessions/${sessionId}`);
    return body.history.Front.map(({ content }) => content);
  };

  it('are accepted, then durable, in a session that need not be attached', async () => {
    const sessionId = await service().open();
    const durable = await client.ops(sessionId, [append('one'), append('two')], 'batch-1');
    expect(durable).toMatchObject({ sessionId, batchId: 'batch-1', revision: 2, messages: [1, 2] });
    expect(client.frames.map(({ type }) => type)).toEqual(['accepted', 'durable']);
    expect(await contents(sessionId)).toEqual(['one', 'two']);
  });

  it('get the one answer that the client waits for', async () => {
    const sessionId = await service().open();
    const ops = (text: string) => ({ type: 'ops', sessionId, ops: [append(text)] });
    await client.ask('durable', { ...ops('one'), waitFor: 'durable' });
    await client.ask('accepted', { ...ops('two'), waitFor: 'accepted' });
    const { revision } = await client.ask('durable', ops('three'));
    expect(revision).toBe(4);
    expect(client.frames.map(({ type }) => type)).toEqual(['durable', 'accepted', 'accepted', 'durable']);
    const gone = { ...ops('four'), sessionId: 'nobody', waitFor: 'accepted' };
    expect(await client.ask('error', gone)).toMatchObject({ code: 'session_not_found' });
  });

  it('get a batch id where they have none', async () => {
    const sessionId = await service().open();
    const durable = await client.ops(sessionId, [append('one')]);
    const accepted = await client.next('accepted');
    expect(accepted.batchId).toMatch(/^[!-~]{1,128}$/);
    expect(durable.batchId).toBe(accepted.batchId);
  });

  it('are applied in the order of their frames, however many are under way', async () => {
    const sessionId = await service().open();
    const expected = Array.from({ length: 600 }, (_, index) => `message ${index}`);
    for (const content of expected) client.send({ id: content, type: 'ops', sessionId, ops: [append(content)] });
    const last = await client.next('durable', { id: 'message 599' });
    expect(last).toMatchObject({ revision: 601, messages: [600] });
    expect(await contents(sessionId)).toEqual(expected);
    const order = (type: string) =>
      client.frames.flatMap((frame) => (frame.type === type && 'id' in frame ? [frame.id] : []));
    expect(order('accepted')).toEqual(expected);
    await client.pushed();
    expect(order('durable').sort()).toEqual([...expected].sort());
  });

  it('are applied once under one batch id, with the same answer', async () => {
    const sessionId = await service().open();
    const first = await client.ops(sessionId, [append('once')], 'b');
    const other = await LiveClient.open(service());
    const again = await other.ops(sessionId, [append('once')], 'b');
    expect({ ...again, id: first.id }).toEqual(first);
    const reused = await client.ask('error', { type: 'ops', sessionId, ops: [append('else')], batchId: 'b' });
    expect(reused.code).toBe('idempotency_key_reused');
    expect(await contents(sessionId)).toEqual(['once']);
    await other.close();
  });

  it('are pushed to others, not to who sent them', async () => {
    const sessionId = await service().open();
    const other = await LiveClient.open(service());
    await client.attach(sessionId);
    await other.attach(sessionId);
    for (const content of ['one', 'two']) await client.ops(sessionId, [append(content)]);
    await other.next('change', { revision: 3 });
    await other.ops(sessionId, [append('three')]);
    await client.next('change', { revision: 4 });
    expect(client.revisions()).toEqual([4]);
    expect(other.revisions()).toEqual([2, 3]);
    await other.close();
  });

  it('of a socket that attaches while they are under way are not pushed to it either', async () => {
    const sessionId = await service().open();
    for (let index = 0; index < 50; index += 1)
      client.send({ id: `o${index}`, type: 'ops', sessionId, ops: [append('x')] });
    const { revision } = await client.attach(sessionId);
    for (let index = 0; index < 50; index += 1)
      client.send({ id: `p${index}`, type: 'ops', sessionId, ops: [append('y')] });
    await client.next('durable', { id: 'p49' });
    await service().apply(sessionId, append('z'));
    await client.next('change', { revision: 102 });
    expect(revision).toBeLessThanOrEqual(51);
    expect(client.revisions()).toEqual([102]);
  });

  it('that raise the flag or change the agent are signalled to everybody', async () => {
    const sessionId = await service().open();
    const other = await LiveClient.open(service());
    await client.attach(sessionId);
    await other.attach(sessionId);
    await client.ops(sessionId, [{ op: 'setInterrupted', value: true }]);
    await client.ops(sessionId, [{ op: 'setActiveAgent', agent: 'Billing' }]);
    for (const either of [client, other]) {
      const interrupted = await either.next('interrupted');
      expect(interrupted).toMatchObject({ sessionId, value: true, revision: 2 });
      const agentChanged = await either.next('agentChanged');
      expect(agentChanged).toMatchObject({ sessionId, agent: 'Billing', revision: 3 });
    }
    expect(client.revisions()).toEqual([]);
    await other.close();
  });

  it('set the flags under their context keys too', async () => {
    const sessionId = await service().open();
    await client.attach(sessionId);
    await service().put(`/v1/sessions/${sessionId}/context/tts_interrupted`, { value: true });
    await client.next('interrupted', { value: true });
    await service().delete(`/v1/sessions/${sessionId}/context/tts_interrupted`);
    await client.next('interrupted', { value: false });
    await service().put(`/v1/sessions/${sessionId}/context/active_agent`, { value: 'Front' });
    await client.next('agentChanged', { agent: 'Front' });
  });

  it('are refused by the rules of the HTTP route, with the place at fault, and the socket stays', async () => {
    const sessionId = await service().open();
    const ops = [append('fine'), { op: 'append', agent: 'Front', role: 'nobody', content: 'x' }];
    const wrong = await client.ask('error', { type: 'ops', sessionId, ops });
    expect(wrong).toMatchObject({ code: 'validation_failed', retryable: false });
    expect(wrong.errors?.map(({ path }) => path)).toContain('/ops/1/role');
    const hidden = await client.ask('error', { type: 'ops', sessionId, ops: [{ op: 'changeAgents' }] });
    expect(hidden.code).toBe('validation_failed');
    const many = await client.ask('error', {
      type: 'ops',
      sessionId,
      ops: Array.from({ length: 257 }, () => append('x')),
    });
    expect(many.code).toBe('batch_too_large');
    const missing = await client.ask('error', {
      type: 'ops',
      sessionId,
      ops: [{ op: 'truncate', seq: 9, content: '' }],
    });
    expect(missing.code).toBe('message_not_found');
    const nowhere = await client.ask('error', { type: 'ops', sessionId: 'none', ops: [append('x')] });
    expect(nowhere.code).toBe('session_not_found');
    expect((await client.ops(sessionId, [append('still here')])).revision).toBe(2);
  });
});

onEachStore(
  'changes of agents over the live channel',
  (service) => {
    it('are told without what they hold', async () => {
      const client = await LiveClient.open(service());
      const sessionId = await service().open();
      await client.attach(sessionId);
      const { body } = await service().get<{ agents: { name: string }[] }>(`/v1/sessions/${sessionId}/agents`);
      const agent = body.agents[0]?.name as string;
      await service().patch(`/v1/admin/sessions/${sessionId}/agents/${agent}`, { prompt: 'a secret prompt' });
      const change = await client.next('change');
      expect(change.source).toBe('admin');
      expect(change.ops).toEqual([{ op: 'changeAgents', action: 'override', agent, revision: change.revision }]);
      expect(await client.next('agentChanged')).toMatchObject({ agent, revision: change.revision });
      await client.close();
    });
  },
  { SESSION_AGENT_OVERRIDES_ENABLED: 'true' },
);
