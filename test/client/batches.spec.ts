import { LiveError } from '../../src/client';
import { until } from '../support/until';
import { codeOf, faultsOf, flag, LiveBench } from './live-client.harness';

const idsOf = (log: readonly { readonly batchId: string }[]) => log.map(({ batchId }) => batchId);

describe('the batches of the live client', () => {
  const bench = new LiveBench();
  afterEach(() => bench.close());

  it('are durable when they are answered, in the order in which they were given', async () => {
    const server = await bench.server();
    const session = await (await bench.connected(server.url)).attach('s');
    const receipts = await Promise.all(['a', 'b', 'c'].map((batchId) => session.apply(flag(true), { batchId })));
    expect(receipts).toEqual([
      { batchId: 'a', revision: 2, messages: [1] },
      { batchId: 'b', revision: 3, messages: [2] },
      { batchId: 'c', revision: 4, messages: [3] },
    ]);
    expect(session.revision).toBe(4);
  });

  it('have ids of their own where none is given', async () => {
    const server = await bench.server();
    const session = await (await bench.connected(server.url)).attach('s');
    await Promise.all([session.apply(flag(true)), session.apply(flag(false))]);
    expect(new Set(idsOf(server.session('s').log)).size).toBe(2);
  });

  it('are answered when accepted where that is enough, and sent again until they are durable', async () => {
    const server = await bench.server(faultsOf('ops', 'forgotten', 'forgotten'));
    const client = await bench.connected(server.url);
    const session = await client.attach('s');
    expect(await session.apply(flag(true), { wait: 'accepted', batchId: 'a' })).toEqual({ batchId: 'a' });
    await until(() => server.session('s').log.length === 1);
    expect([client.reconnects, client.resends]).toEqual([2, 2]);
  });

  it('that are refused reject, and those behind them go on', async () => {
    const server = await bench.server(faultsOf('ops', 'none', 'refused'));
    const session = await (await bench.connected(server.url)).attach('s');
    const given = ['a', 'b', 'c'].map((batchId) => session.apply(flag(true), { batchId }));
    const [first, second, third] = await Promise.allSettled(given);
    expect([first?.status, third?.status]).toEqual(['fulfilled', 'fulfilled']);
    expect(second).toMatchObject({ reason: { code: 'validation_failed', retryable: false } });
    expect(idsOf(server.session('s').log)).toEqual(['a', 'c']);
  });

  it('that were accepted and are refused after a reconnect are told of', async () => {
    const server = await bench.server(faultsOf('ops', 'forgotten', 'refused'));
    const refused: [string, LiveError][] = [];
    const onRefused = (batchId: string, error: LiveError) => refused.push([batchId, error]);
    const session = await (await bench.connected(server.url)).attach('s', { onRefused });
    await session.apply(flag(true), { wait: 'accepted', batchId: 'a' });
    await until(() => refused.length > 0);
    expect(refused).toEqual([['a', expect.objectContaining({ code: 'validation_failed' })]]);
  });

  it('that are refused for a moment are tried again, and none overtakes them', async () => {
    const server = await bench.server(faultsOf('ops', 'busy', 'overturned', 'busy'));
    const session = await (await bench.connected(server.url)).attach('s');
    await Promise.all(['a', 'b', 'c'].map((batchId) => session.apply(flag(true), { batchId })));
    expect(idsOf(server.session('s').log)).toEqual(['a', 'b', 'c']);
  });

  it('that are refused for a moment and again are given up after a while', async () => {
    const server = await bench.server({ fault: ({ type }) => (type === 'ops' ? 'busy' : 'none') });
    const session = await (await bench.connected(server.url, { giveUpAfterMs: 40 })).attach('s');
    expect(await codeOf(session.apply(flag(true)))).toBe('store_unavailable');
  });

  it('whose change comes after a reconnect are asked for their receipt, which alone tells of replicas', async () => {
    const server = await bench.server(faultsOf('ops', 'lost'));
    const client = await bench.connected(server.url);
    const changes: string[] = [];
    const session = await client.attach('s', { onChange: ({ batchId }) => changes.push(batchId) });
    expect(await session.apply(flag(true), { batchId: 'a' })).toEqual({ batchId: 'a', revision: 2, messages: [1] });
    expect([client.reconnects, client.resends, changes]).toEqual([1, 1, []]);
  });

  it('are refused beyond the bound, of all sessions together', async () => {
    const server = await bench.server(faultsOf('ops', 'slow', 'slow'));
    const client = await bench.connected(server.url, { maxPending: 2 });
    const [one, other] = await Promise.all([client.attach('one'), client.attach('other')]);
    const given = [one.apply(flag(true)), other.apply(flag(true))];
    await expect(one.apply(flag(true))).rejects.toThrow('2 batches are waiting to become durable');
    expect(await codeOf(other.apply(flag(true)))).toBe('too_many_pending');
    await Promise.all(given);
    await other.apply(flag(true));
  });

  it('are refused where one with the same id is on its way', async () => {
    const server = await bench.server(faultsOf('ops', 'slow'));
    const session = await (await bench.connected(server.url)).attach('s');
    const first = session.apply(flag(true), { batchId: 'a' });
    expect(await codeOf(session.apply(flag(false), { batchId: 'a' }))).toBe('batch_pending');
    await first;
  });

  it('stay as they were given, whatever becomes of the operations', async () => {
    const server = await bench.server(faultsOf('ops', 'dropped'));
    const session = await (await bench.connected(server.url)).attach('s');
    const op = { op: 'setSlots' as const, slots: { city: 'Oslo' } };
    const applied = session.apply([op]);
    op.slots.city = 'Paris';
    await applied;
    expect(server.session('s').log[0]?.ops).toEqual([{ op: 'setSlots', slots: { city: 'Oslo' } }]);
  });

  it('of unknown outcome are not sent again where the service may have forgotten them', async () => {
    const othersWrite = () => {
      if (server.requests.length !== 2) return undefined;
      for (let index = 0; index < 256; index += 1) server.write('s', `others-${index}`);
      return undefined;
    };
    // The client is away until its second connection is let in.
    const server = await bench.server({ ...faultsOf('ops', 'lost'), catchUp: 'state', refusal: othersWrite });
    const session = await (await bench.connected(server.url)).attach('s');
    const unknown = codeOf(session.apply(flag(true), { batchId: 'a' }));
    const behind = session.apply(flag(true), { batchId: 'b' });
    expect(await unknown).toBe('outcome_unknown');
    await behind;
    expect(idsOf(server.session('s').log).filter((id) => !id.startsWith('others'))).toEqual(['a', 'b']);
  });
});
