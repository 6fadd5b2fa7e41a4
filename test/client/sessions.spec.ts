import { until } from '../support/until';
import { codeOf, faultsOf, flag, LiveBench } from './live-client.harness';

describe('the sessions of the live client', () => {
  const bench = new LiveBench();
  afterEach(() => bench.close());

  it('begin with what they hold', async () => {
    const server = await bench.server();
    server.session('s').apply('before', [], 'http');
    const states: number[] = [];
    const client = await bench.connected(server.url);
    const session = await client.attach('s', { onState: ({ revision }) => states.push(revision) });
    expect([session.sessionId, session.revision, states]).toEqual(['s', 2, [2]]);
  });

  it('begin with what came after a revision that is known', async () => {
    const server = await bench.server();
    for (const id of ['a', 'b']) server.session('s').apply(id, [], 'http');
    const changes: string[] = [];
    const client = await bench.connected(server.url);
    const onChange = ({ batchId }: { batchId: string }) => changes.push(batchId);
    const session = await client.attach('s', { onChange }, { fromRevision: 2 });
    expect([session.revision, changes]).toEqual([3, ['b']]);
  });

  it('tell what others do, each revision once, over reconnects', async () => {
    const server = await bench.server();
    const client = await bench.connected(server.url);
    const changes: number[] = [];
    const session = await client.attach('s', { onChange: ({ revision }) => changes.push(revision) });
    server.write('s', 'first');
    await until(() => changes.length === 1);
    server.dropAll();
    server.write('s', 'missed');
    await until(() => changes.length === 2);
    server.write('s', 'third');
    await until(() => session.revision === 4);
    expect(changes).toEqual([2, 3, 4]);
  });

  it('tell a change once that the service tells twice', async () => {
    const server = await bench.server();
    const client = await bench.connected(server.url);
    const changes: number[] = [];
    await client.attach('s', { onChange: ({ revision }) => changes.push(revision) });
    server.write('s', 'first');
    server.push({ type: 'change', sessionId: 's', ...server.session('s').log[0] });
    server.write('s', 'second');
    await until(() => changes.length >= 2);
    expect(changes).toEqual([2, 3]);
  });

  it('hand on signals and whole states', async () => {
    const server = await bench.server();
    const client = await bench.connected(server.url);
    const told: unknown[] = [];
    const session = await client.attach('s', {
      onInterrupted: (interruption) => told.push(interruption),
      onAgentChanged: (change) => told.push(change),
      onState: ({ revision }) => told.push(revision),
    });
    server.push({ type: 'interrupted', sessionId: 's', value: true, at: 5, revision: 7 });
    server.push({ type: 'agentChanged', sessionId: 's', agent: null, at: 6, revision: 8 });
    server.push({
      type: 'state',
      sessionId: 's',
      revision: 9,
      state: { ...server.session('s').state('s'), revision: 9 },
    });
    await until(() => told.length === 4);
    expect(told).toEqual([1, { value: true, at: 5, revision: 7 }, { agent: null, at: 6, revision: 8 }, 9]);
    expect(session.revision).toBe(9);
  });

  it('are attached again where that is refused for a moment', async () => {
    const server = await bench.server(faultsOf('attach', 'busy', 'busy', 'dropped', 'ignored'));
    const client = await bench.connected(server.url, { ackTimeoutMs: 40 });
    expect(await client.attach('s')).toMatchObject({ revision: 1 });
  });

  it('are not attached where the service refuses, and can be asked for once more', async () => {
    const server = await bench.server(faultsOf('attach', 'refused'));
    const client = await bench.connected(server.url);
    expect(await codeOf(client.attach('s'))).toBe('validation_failed');
    await client.attach('s');
  });

  it('are attached once', async () => {
    const server = await bench.server();
    const client = await bench.connected(server.url);
    await client.attach('s');
    expect(await codeOf(client.attach('s'))).toBe('already_attached');
  });

  it('that the service closes reject what waits, and say why', async () => {
    const server = await bench.server({ fault: ({ type }) => (type === 'ops' ? 'ignored' : 'none') });
    const client = await bench.connected(server.url);
    const closed: string[] = [];
    const session = await client.attach('s', { onClosed: ({ reason }) => closed.push(reason) });
    const waiting = codeOf(session.apply(flag(true)));
    server.push({ type: 'closed', sessionId: 's', reason: 'session_ended' });
    expect([await waiting, await codeOf(session.apply(flag(true)))]).toEqual(['session_closed', 'session_closed']);
    expect(closed).toEqual(['session_ended']);
    await client.attach('s');
  });

  it('are detached when nothing waits any more', async () => {
    const server = await bench.server(faultsOf('ops', 'slow'));
    const client = await bench.connected(server.url);
    const closed: string[] = [];
    const session = await client.attach('s', { onClosed: ({ reason }) => closed.push(reason) });
    const applied = session.apply(flag(true));
    const detached = session.detach();
    expect(await codeOf(session.apply(flag(true)))).toBe('session_closed');
    await detached;
    expect(await applied).toMatchObject({ revision: 2 });
    expect(server.seen.map(({ type }) => type)).toEqual(['attach', 'ops', 'detach']);
    expect(closed).toEqual([]);
  });

  it('are left with what waits when the client is closed, which waits for so long at most', async () => {
    const server = await bench.server({ fault: ({ type }) => (type === 'ops' ? 'ignored' : 'none') });
    const client = await bench.connected(server.url, { closeTimeoutMs: 50 });
    const session = await client.attach('s');
    const waiting = codeOf(session.apply(flag(true)));
    await client.close();
    expect(await waiting).toBe('client_closed');
    expect([await codeOf(client.connect()), await codeOf(client.attach('s'))]).toEqual([
      'client_closed',
      'client_closed',
    ]);
  });

  it('lose nothing that was given before the client is closed', async () => {
    const server = await bench.server(faultsOf('ops', 'lost', 'slow'));
    const client = await bench.connected(server.url, { closeTimeoutMs: 5000 });
    const session = await client.attach('s');
    const given = [session.apply(flag(true)), session.apply(flag(false))];
    await client.close();
    await Promise.all(given);
    expect(server.session('s').log).toHaveLength(2);
  });

  it('need a client that connects', async () => {
    const client = bench.client({ url: 'http://127.0.0.1:1' });
    expect(await codeOf(client.attach('s'))).toBe('client_closed');
  });
});
