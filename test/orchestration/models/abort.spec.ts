import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until';
import { ChatServer, HANG, refusal } from './chat-server';
import { FIRST, finish, say, spoken, USAGE } from './chat-stream';
import { ask, collect, modelAt } from './models.harness';

describe('an answer that nobody wants any more', () => {
  let server: ChatServer;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  beforeEach(async () => {
    unhandled.length = 0;
    process.on('unhandledRejection', note);
    server = await ChatServer.start();
  });
  afterEach(async () => {
    await server.close();
    await turn();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it.each([
    ['before its first line', []],
    ['before its first word', [FIRST]],
    ['in its middle', [FIRST, say('Your ')]],
  ])('ends at once, without an error and without an end: %s', async (_, steps) => {
    server.script({ steps: [...steps, HANG] });
    const caller = new AbortController();
    const events: string[] = [];
    let ended = false;
    const reading = (async () => {
      for await (const { type } of modelAt(server).stream(ask({ signal: caller.signal }))) events.push(type);
      ended = true;
    })();
    await until(() => server.requests.length === 1 && events.length === Math.max(0, steps.length - 1));
    caller.abort();
    // Before anything else has its turn, so in microseconds.
    await turn();
    expect(ended).toBe(true);
    await reading;
    await until(() => server.abandoned === 1);
    expect(events).not.toContain('end');
  });

  it('is not asked for where it was called off before', async () => {
    expect(await collect(modelAt(server).stream(ask({ signal: AbortSignal.abort() })))).toEqual([]);
    expect(server.connections).toBe(0);
  });

  it('ends in the pause before another attempt, which is not made', async () => {
    server.script(refusal(429, {}, { 'retry-after': '2' }), spoken('No.'));
    const caller = new AbortController();
    const reading = collect(modelAt(server).stream(ask({ signal: caller.signal })));
    await until(() => server.requests.length === 1);
    await sleep(20);
    caller.abort();
    expect(await reading).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  it('gives nothing more of a piece that had come already', async () => {
    server.script({ steps: [[FIRST, say('One. '), say('Two. '), finish('stop'), USAGE].join('')] });
    const caller = new AbortController();
    const events: unknown[] = [];
    for await (const event of modelAt(server).stream(ask({ signal: caller.signal }))) {
      events.push(event);
      caller.abort();
    }
    expect(events).toEqual([{ type: 'text', text: 'One. ' }]);
  });

  it('closes its connection where the reader goes away between two words', async () => {
    server.script({ steps: [FIRST, say('Your '), HANG] });
    for await (const event of modelAt(server).stream(ask())) {
      expect(event.type).toBe('text');
      break;
    }
    await until(() => server.abandoned === 1);
  });

  it('closes its connection where the reader goes away while it waits', async () => {
    server.script({ steps: [FIRST, HANG] });
    const events = modelAt(server).stream(ask())[Symbol.asyncIterator]();
    const waiting = events.next();
    await until(() => server.requests.length === 1);
    expect(await events.return?.()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    await until(() => server.abandoned === 1);
  });

  it('lets go of the caller’s signal', async () => {
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    server.script(spoken('One ', 'two ', 'three.'));
    await collect(modelAt(server).stream(ask({ signal })));
    expect(added.mock.calls.length).toBe(removed.mock.calls.length);
    expect(added).toHaveBeenCalled();
  });
});
