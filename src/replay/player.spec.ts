import type { Call } from '../programs/call';
import { Player, type PlayerOptions } from './player';
import { RequestFailed } from './session-client';
import { scriptCall } from './turn-script';
import type { TurnWriter } from './turn-writer';

const call: Call = {
  callId: 'c',
  agents: ['A'],
  turns: [
    { role: 'user', agent: 'A', text: 'one two three' },
    { role: 'assistant', agent: 'A', text: 'four' },
  ],
};
const script = scriptCall(call, 1);

/** A service that only counts. */
class CountingWriter implements Pick<TurnWriter, 'open' | 'apply' | 'leave'> {
  readonly applied: string[] = [];
  readonly opened: string[] = [];
  readonly left: string[] = [];
  failsAt: string | undefined;

  async open(sessionId: string): Promise<number> {
    this.opened.push(sessionId);
    return 1;
  }

  async apply(_sessionId: string, key: string) {
    if (key === this.failsAt) throw new RequestFailed('ops: 500');
    this.applied.push(key);
    return { revision: this.applied.length + 1, messages: [this.applied.length] };
  }

  async leave(sessionId: string): Promise<void> {
    this.left.push(sessionId);
  }
}

describe('Player', () => {
  const client = () => new CountingWriter();
  const options = (given: Partial<PlayerOptions> = {}): PlayerOptions => ({
    speed: 0,
    onTurn: () => undefined,
    signal: new AbortController().signal,
    ...given,
  });

  it('plays the turns in order, into a session of its own each time', async () => {
    const service = client();
    const turns: number[] = [];
    const player = new Player(service, options({ onTurn: (milliseconds) => turns.push(milliseconds) }));
    const first = await player.play(script);
    const second = await player.play(script);
    expect(service.applied).toEqual(['turn-1', 'turn-2', 'turn-1', 'turn-2']);
    expect(service.opened).toEqual([first.sessionId, second.sessionId]);
    expect(service.left).toEqual(service.opened);
    expect(first.sessionId).not.toBe(second.sessionId);
    expect(first).toMatchObject({ openedAt: 1, failure: undefined, receipts: [{ messages: [1] }, { messages: [2] }] });
    expect(turns).toHaveLength(4);
  });

  it('keeps to the pace of the call, so many times faster', async () => {
    const seconds = script.turns.reduce((sum, { waitSeconds }) => sum + waitSeconds, 0);
    const start = performance.now();
    await new Player(client(), options({ speed: 40 })).play(script);
    const milliseconds = performance.now() - start;
    expect(milliseconds).toBeGreaterThanOrEqual((seconds * 1000) / 40 - 3);
    expect(milliseconds).toBeLessThan((seconds * 1000) / 2);
  });

  it('says why a call was not played to its end', async () => {
    const service = client();
    service.failsAt = 'turn-2';
    expect(await new Player(service, options()).play(script)).toMatchObject({
      failure: 'ops: 500',
      receipts: [{ revision: 2 }],
    });
    expect(service.left).toEqual(service.opened);
  });

  it('stops in a pause when it is told to', async () => {
    const stop = new AbortController();
    const service = client();
    const playing = new Player(service, options({ speed: 0.001, signal: stop.signal })).play(script);
    setTimeout(() => stop.abort(), 10);
    expect(await playing).toMatchObject({ openedAt: 1, receipts: [], failure: undefined });
    expect(service.applied).toEqual([]);
  });

  it('opens no session after it was told to stop', async () => {
    const service = client();
    await new Player(service, options({ signal: AbortSignal.abort() })).play(script);
    expect(service.opened).toEqual([]);
  });
});
