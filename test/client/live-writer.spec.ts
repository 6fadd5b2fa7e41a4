import { HttpClient } from '../../src/programs/http-client';
import { LiveWriter } from '../../src/replay/live-writer';
import { RequestFailed, SessionClient } from '../../src/replay/session-client';
import { faultsOf, flag, LiveBench } from './live-client.harness';
import type { Script } from './scripted-server';

/** Sessions are opened over HTTP, which the scripted service does not speak. */
class OpeningClient extends SessionClient {
  constructor() {
    super(new HttpClient('http://127.0.0.1:1', { connections: 1 }));
  }

  override async open(): Promise<number> {
    return 1;
  }
}

describe('LiveWriter', () => {
  const bench = new LiveBench();
  const writers: LiveWriter[] = [];
  afterEach(async () => {
    await Promise.all(writers.splice(0).map((writer) => writer.close()));
    await bench.close();
  });

  async function writing(script: Script) {
    const server = await bench.server(script);
    const writer = new LiveWriter(new OpeningClient(), { url: server.url, giveUpAfterMs: 100 });
    writers.push(writer);
    return { server, writer };
  }

  it('writes the turns of all calls over one connection', async () => {
    const { server, writer } = await writing({});
    for (const id of ['one', 'other']) expect(await writer.open(id, {})).toBe(1);
    expect(await writer.apply('one', 'turn-1', flag(true))).toEqual({ revision: 2, messages: [1] });
    expect(await writer.apply('other', 'turn-1', flag(true))).toEqual({ revision: 2, messages: [1] });
    await writer.leave('one');
    expect(server.requests).toHaveLength(1);
    expect(server.seen.map(({ type }) => type)).toEqual(['attach', 'attach', 'ops', 'ops', 'detach']);
  });

  it('counts what was sent again', async () => {
    const { writer } = await writing(faultsOf('ops', 'forgotten', 'busy'));
    await writer.open('s', {});
    await writer.apply('s', 'turn-1', flag(true));
    expect(writer.retries).toBe(2);
  });

  it('says which turn was refused, and why', async () => {
    const { writer } = await writing(faultsOf('ops', 'refused'));
    await writer.open('s', {});
    const refused = writer.apply('s', 'turn-1', flag(true));
    await expect(refused).rejects.toThrow(RequestFailed);
    await expect(refused).rejects.toThrow('ops: validation_failed');
  });

  it('gives up a service that is away for too long', async () => {
    const { server, writer } = await writing({});
    await writer.open('s', {});
    await server.close();
    await expect(writer.apply('s', 'turn-1', flag(true))).rejects.toThrow('ops: connection_lost');
    await expect(writer.open('other', {})).rejects.toThrow('connect: connection_lost');
  });
});
