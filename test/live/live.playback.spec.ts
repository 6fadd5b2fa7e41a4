import { ParleyLiveClient } from '../../src/client';
import { onEachStore } from '../support/service';
import { LiveClient } from './live-client';

const say = (text: string, epoch?: number) => ({
  op: 'enqueuePlayback' as const,
  message: { text, voice: { name: 'ava' }, locale: 'en-US' },
  ...(epoch !== undefined && { epoch }),
});
const interrupt = (value: boolean) => ({ op: 'setInterrupted', value });
const KEYS = { read: 'read-key-1234567890', runtime: 'runtime-key-1234567890' };
const API_KEYS = `r:read:${KEYS.read},w:runtime:${KEYS.runtime}`;

interface Queue {
  readonly epoch: number;
  readonly waiting: number;
  readonly messages: readonly { readonly text: string; readonly state: string; readonly offset?: number }[];
}

onEachStore('the playback queue over the live channel', (service) => {
  let client: LiveClient;
  let other: LiveClient;
  let sessionId: string;
  beforeEach(async () => {
    client = await LiveClient.open(service());
    other = await LiveClient.open(service());
    sessionId = await service().open();
  });
  afterEach(() => Promise.all([client.close(), other.close()]));

  const next = (of: LiveClient, more: object = {}) =>
    of.ask('playback.message', { type: 'playback.next', sessionId, ...more });
  const done = (of: LiveClient, number: number, more: object = {}) =>
    of.ask('playback.settled', { type: 'playback.done', sessionId, number, ...more });
  const queue = async () => (await service().get<Queue>(`/v1/sessions/${sessionId}/playback`)).body;

  it('gives what others queue, one message to one consumer at a time', async () => {
    expect((await next(client)).message).toBeNull();
    await other.ops(sessionId, [say('one'), say('two')]);
    expect((await next(client)).message).toMatchObject({
      number: 1,
      state: 'playing',
      text: 'one',
      voice: { name: 'ava' },
      locale: 'en-US',
      epoch: 0,
      attempts: 1,
    });
    expect((await next(other)).message).toBeNull();
    expect(await done(client, 1)).toMatchObject({ number: 1, state: 'played' });
    expect((await next(other)).message).toMatchObject({ number: 2, text: 'two' });
    const refused = await client.ask('error', { type: 'playback.done', sessionId, number: 2 });
    expect([refused.code, refused.retryable]).toEqual(['playback_not_held', false]);
    expect(await queue()).toMatchObject({ waiting: 0, messages: [{ state: 'played' }, { state: 'playing' }] });
  });

  it('goes on with a consumer that comes back under its name', async () => {
    await other.ops(sessionId, [say('one')]);
    expect((await next(client, { consumer: 'media-1', leaseSeconds: 60 })).message).toMatchObject({ number: 1 });
    await client.close();
    client = await LiveClient.open(service());
    expect((await next(client)).message).toBeNull();
    expect((await next(client, { consumer: 'media-1' })).message).toMatchObject({ number: 1, attempts: 1 });
    expect(await done(client, 1, { consumer: 'media-1' })).toMatchObject({ state: 'played' });
  });

  it('puts off what could not be delivered', async () => {
    await other.ops(sessionId, [say('one')]);
    await next(client);
    const settled = await client.ask('playback.settled', { type: 'playback.failed', sessionId, number: 1 });
    expect(settled.state).toBe('queued');
    expect(settled.retryAt).toBeGreaterThan(Date.now() / 1000 - 5);
    expect(await queue()).toMatchObject({ waiting: 1, messages: [{ state: 'queued', attempts: 1 }] });
  });

  it('is cut and dropped by an interruption, which tells its epoch to all', async () => {
    await client.attach(sessionId);
    await other.ops(sessionId, [say('plays'), say('waits')]);
    await next(client);
    const interrupted = await other.ops(sessionId, [interrupt(true)]);
    expect(interrupted.epoch).toBe(1);
    expect(await client.next('interrupted', { value: true })).toMatchObject({ epoch: 1 });
    expect(await client.next('change', { revision: interrupted.revision })).toMatchObject({ epoch: 1 });
    expect(await done(client, 1, { offset: 3 })).toMatchObject({ state: 'cut' });
    expect(await queue()).toMatchObject({
      epoch: 1,
      waiting: 0,
      messages: [
        { text: 'plays', state: 'cut', offset: 3 },
        { text: 'waits', state: 'dropped' },
      ],
    });
    const late = await other.ask('error', { type: 'ops', sessionId, ops: [say('late audio', 0)] });
    expect(late.code).toBe('epoch_passed');
    const { body } = await service().post<{ epoch?: number }>(`/v1/sessions/${sessionId}/ops`, {
      ops: [interrupt(false), say('the next reply', 1)],
    });
    expect(body.epoch).toBe(1);
    expect((await next(client)).message).toMatchObject({ text: 'the next reply', epoch: 1 });
    const { body: latency } = await service().get<{ stages: object }>(`/v1/sessions/${sessionId}/latency`);
    expect(latency.stages).toMatchObject({ barge_in_stop: { count: 1 } });
  });

  it('tells each of several interruptions of one batch with its own epoch', async () => {
    await client.attach(sessionId);
    await other.ops(sessionId, [interrupt(true), interrupt(false), interrupt(true)]);
    const told = [
      await client.next('interrupted', {}),
      await client.next('interrupted', {}),
      await client.next('interrupted', {}),
    ];
    expect(told.map(({ value, epoch }) => [value, epoch])).toEqual([
      [true, 1],
      [false, 1],
      [true, 2],
    ]);
    expect((await client.attach(sessionId)).state).toMatchObject({ epoch: 2, interrupted: true });
  });

  it('is consumed by the client, which keeps its message over a lost connection', async () => {
    const live = new ParleyLiveClient({ url: service().url, backoff: { firstMs: 2, longestMs: 10 } });
    await live.connect();
    const session = await live.attach(sessionId);
    const { epoch } = await session.apply([say('one'), say('two')]);
    expect(epoch).toBeUndefined();
    expect(await session.playback.next(60)).toMatchObject({ number: 1, text: 'one' });
    expect(await session.playback.done(1)).toEqual({ number: 1, state: 'played' });
    expect(await session.playback.next()).toMatchObject({ number: 2, text: 'two' });
    expect(await session.playback.failed(2)).toMatchObject({ number: 2, state: 'queued' });
    await expect(session.playback.done(2)).rejects.toMatchObject({ code: 'playback_not_held' });
    await live.close();
    await expect(session.playback.next()).rejects.toMatchObject({ code: 'connection_lost', retryable: true });
  });
});

onEachStore(
  'who may consume the playback queue',
  (service) => {
    it('needs the role runtime', async () => {
      const reader = await LiveClient.open(service(), { key: KEYS.read });
      const writer = await LiveClient.open(service(), { key: KEYS.runtime });
      const refused = await reader.ask('error', { type: 'playback.next', sessionId: 'any' });
      expect(refused.code).toBe('forbidden');
      const missing = await writer.ask('error', { type: 'playback.next', sessionId: 'any' });
      expect(missing.code).toBe('session_not_found');
      const bad = await writer.ask('error', { type: 'playback.next', sessionId: 'any', leaseSeconds: 0 });
      expect(bad).toMatchObject({ code: 'validation_failed', errors: [{ path: '/leaseSeconds' }] });
      await Promise.all([reader.close(), writer.close()]);
    });
  },
  { API_KEYS },
);

onEachStore(
  'a stage over its budget',
  (service) => {
    it('is told to all that are attached, its own sender included', async () => {
      const client = await LiveClient.open(service());
      const sessionId = await service().open();
      await client.attach(sessionId);
      const record = (seconds: number) => ({ op: 'recordLatency', stage: 'llm_ttft', seconds, run: 'turn-1' });
      const { revision } = await client.ops(sessionId, [record(0.5), record(0.9)]);
      const told = await client.next('overBudget');
      expect(told).toMatchObject({ sessionId, stage: 'llm_ttft', seconds: 0.9, budget: 0.8, run: 'turn-1', revision });
      expect((await client.pushed()).filter(({ type }) => type === 'overBudget')).toHaveLength(1);
      await client.close();
    });
  },
  { LATENCY_BUDGETS: 'llm_ttft=0.8,turn_e2e=1.5' },
);
