import { ParleyError } from '../../../src/common/parley-error';
import type { StoreKind } from '../../support/store-data';
import { until } from '../../support/until';
import { type CallProcess, CascadeHarness, told } from './cascade.harness';
import { ScriptedModel, STALL, type Step } from './scripted-model';

describe.each<StoreKind>(['embedded', 'redis'])('turns of one session, on the %s store', (store) => {
  let harness: CascadeHarness;
  let model: ScriptedModel;
  let other: ScriptedModel;
  let mine: CallProcess;
  let theirs: CallProcess;
  let sessionId: string;
  const open = async (overlap: 'interrupt' | 'queue', waitMs = 5000) => {
    harness = await CascadeHarness.open({ store, turns: { overlap, waitMs } });
    model = new ScriptedModel(() => []);
    other = new ScriptedModel(() => ['From there.']);
    mine = harness.process(model);
    theirs = harness.process(other);
    sessionId = await harness.session();
  };
  afterEach(async () => {
    jest.restoreAllMocks();
    await harness.close();
  });

  const script = (...answers: Step[][]) => {
    model.script = (_request, index) => answers[index] ?? ['Well.'];
  };
  const saidByCaller = async () =>
    (await harness.messages(sessionId)).filter(({ role }) => role === 'user').map(({ content }) => content);

  it('wait for each other in the order in which they came, where they queue', async () => {
    await open('queue');
    let goOn = () => undefined as void;
    script(['One. And', () => new Promise<void>((resolve) => (goOn = resolve))]);
    const turns = ['a', 'b', 'c'].map((said) => mine.begin(sessionId, said));
    await turns[0]?.has('sentence');
    expect(model.requests.length).toBe(1);
    goOn();
    const ends = await Promise.all(turns.map(({ ended }) => ended));
    expect(ends.map((end) => end?.type)).toEqual(['completed', 'completed', 'completed']);
    expect(await harness.thread(sessionId)).toEqual([
      'user: a',
      'assistant: One. And',
      'user: b',
      'assistant: Well.',
      'user: c',
      'assistant: Well.',
    ]);
  });

  it('interrupt each other in the order in which they came, and none is lost', async () => {
    await open('interrupt');
    model.script = ({ messages }) => (messages.at(-1)?.content === 'd' ? ['At last.'] : [STALL]);
    const turns = ['a', 'b', 'c', 'd'].map((said) => mine.begin(sessionId, said));
    const ends = await Promise.all(turns.map(({ ended }) => ended));
    expect(ends.map((end) => end?.type)).toEqual(['interrupted', 'interrupted', 'interrupted', 'completed']);
    expect(await saidByCaller()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('wait for those in another process, and go on from what that has written', async () => {
    await open('queue');
    let goOn = () => undefined as void;
    script(['From here. And', () => new Promise<void>((resolve) => (goOn = resolve))]);
    const first = mine.begin(sessionId, 'a');
    await first.has('sentence');
    const second = theirs.begin(sessionId, 'b');
    await until(() => theirs.memos.liveSessions === 1);
    goOn();
    expect([(await first.ended)?.type, (await second.ended)?.type]).toEqual(['completed', 'completed']);
    expect(other.shown).toEqual(['user: a', 'assistant: From here. And', 'user: b']);
  });

  it('are refused where the one before does not end in time', async () => {
    await open('queue', 30);
    script([STALL]);
    const stop = new AbortController();
    const first = mine.begin(sessionId, 'a', { signal: stop.signal });
    await until(() => model.requests.length === 1);
    await expect(theirs.turn(sessionId, 'b')).rejects.toMatchObject({ code: 'lease_held', retryable: true });
    stop.abort();
    await first.ended;
  });

  it('wait for one of their own process that holds on beyond its time, and let all else go on', async () => {
    await open('queue', 100);
    script([STALL]);
    const stop = new AbortController();
    const first = mine.begin(sessionId, 'a', { signal: stop.signal });
    await until(() => model.requests.length === 1);
    await harness.advance(11);
    let went = 0;
    const others = setInterval(() => (went += 1), 5);
    await expect(mine.turn(sessionId, 'b')).rejects.toMatchObject({ code: 'lease_held', retryable: true });
    clearInterval(others);
    expect(went).toBeGreaterThan(2);
    stop.abort();
    await first.ended;
  });

  it('of a process that has stalled are lost, and stop where the next one has begun', async () => {
    await open('interrupt');
    script(['One. Two. So', STALL]);
    mine.store.writes.hold();
    // The lease alone goes through.
    const turn = mine.begin(sessionId, 'a');
    await (await mine.store.writes.next()).pass();
    await turn.has('sentence', 2);
    const stalled = await mine.store.writes.next();
    // Nothing is heard of the others either.
    const kept: (() => void)[] = [];
    mine.store.onFeed = (_event, deliver) => kept.push(deliver);
    await harness.advance(11);
    expect(told(await theirs.turn(sessionId, 'b'))).toEqual(['Front: From there.', 'completed']);
    void stalled.pass();
    mine.store.writes.open();
    expect(await turn.ended).toMatchObject({ type: 'failed', code: 'lease_lost' });
    expect(await harness.thread(sessionId)).toEqual(['user: b', 'assistant: From there.']);
    const memo = await mine.memo(sessionId);
    await memo.refresh();
    expect(memo.getHistory('Front').length).toBe(3);
    expect(memo.playback.messages().map(({ content }) => content.text)).toEqual(['From there.']);
    await mine.memos.release(memo);
  });

  it('stop at once where they hear that another process has taken over', async () => {
    await open('interrupt');
    script(['One. Two', STALL]);
    const turn = mine.begin(sessionId, 'a');
    await turn.has('sentence');
    await harness.advance(11);
    await theirs.turn(sessionId, 'b');
    expect(await turn.ended).toMatchObject({ type: 'failed', code: 'lease_lost' });
    expect(await saidByCaller()).toEqual(['a', 'b']);
  });

  it('go on while the store is away, and are durable once it is back', async () => {
    await open('interrupt');
    script(['One. Two.', ' Three.']);
    mine.store.writes.hold();
    const turn = mine.begin(sessionId, 'a');
    await (await mine.store.writes.next()).pass();
    await turn.has('sentence', 3);
    for (let failures = 0; failures < 3; failures += 1) (await mine.store.writes.next()).fail();
    expect(await turn.ended).toMatchObject({ type: 'failed', code: 'store_unavailable', reply: 'One. Two. Three.' });
    mine.store.writes.open();
    await until(async () => (await harness.thread(sessionId)).length === 2);
    expect(await harness.thread(sessionId)).toEqual(['user: a', 'assistant: One. Two. Three.']);
  });

  it('do not begin while the store is away', async () => {
    await open('interrupt');
    mine.store.writes.hold();
    const turn = mine.turn(sessionId, 'a');
    (await mine.store.writes.next()).fail();
    await expect(turn).rejects.toMatchObject({ code: 'store_unavailable', retryable: true });
    mine.store.writes.open();
    expect(told(await mine.turn(sessionId, 'b')).at(-1)).toBe('completed');
  });

  it('end with their session', async () => {
    await open('interrupt');
    script(['One. Two', STALL]);
    const turn = mine.begin(sessionId, 'a');
    await turn.has('sentence');
    await harness.stores.peer.end(sessionId);
    expect(await turn.ended).toMatchObject({ type: 'failed', code: 'session_ended' });
    expect(mine.memos.pendingBytes).toBe(0);
  });

  it('end with a memo that loses its changes', async () => {
    await open('interrupt');
    script(['One. Two', STALL]);
    mine.store.writes.hold();
    const turn = mine.begin(sessionId, 'a');
    await (await mine.store.writes.next()).pass();
    (await mine.store.writes.next()).fail(new ParleyError('session_corrupt', 'The session cannot be read.'));
    expect(await turn.ended).toMatchObject({ type: 'failed', code: 'session_corrupt' });
    expect(mine.memos.pendingBytes).toBe(0);
    mine.store.writes.open();
  });
});
