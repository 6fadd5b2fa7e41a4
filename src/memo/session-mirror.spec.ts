import { codeOf, idle, isOpen, MemoHarness } from '../../test/memo/memo.harness';
import { unavailable } from '../../test/support/held-store';
import type { Op } from '../store/ops';
import type { SessionState } from '../store/session-state';
import type { Change, FeedEvent } from '../store/session-store';
import { SessionMirror } from './session-mirror';
import type { SessionView } from './session-view';

const say = (content: string): Op => ({ op: 'append', agent: 'a', role: 'user', content });

describe('SessionMirror', () => {
  let harness: MemoHarness;
  let sessionId: string;
  let mirror: SessionMirror;
  let view: SessionView;
  /** Notifications that the test has not delivered, in the order of the revisions. */
  let undelivered: (() => void)[];

  beforeEach(async () => {
    harness = await MemoHarness.open();
    sessionId = await harness.session(say('first'));
    ({ mirror, view } = await SessionMirror.follow(sessionId, harness.store));
    undelivered = [];
  });
  afterEach(async () => {
    await mirror.stop();
    await harness.close();
  });

  const holdFeed = () => (harness.store.onFeed = (_event, deliver) => undelivered.push(deliver));
  const contents = () => view.history.getHistory('a').map(({ content }) => content);
  const loads = () => harness.store.loads.calls.length;

  /** Lays an operation of our own and writes it; what comes back is the receipt as a change. */
  async function write(id: string, ...ops: Op[]): Promise<Change> {
    for (const op of ops) mirror.lay(op, 1);
    mirror.expect({ id, ops });
    const receipt = await harness.other.apply(sessionId, { id, ops });
    return { kind: 'change', batchId: id, ops, ...receipt };
  }

  /** What the store has, without what a view does not keep. */
  async function stored(): Promise<SessionState> {
    return { ...(await harness.other.load(sessionId)), batchIds: new Set() };
  }

  it('follows every kind of change without reading again', async () => {
    const ops: Op[] = [
      { op: 'append', agent: 'b', role: 'system', content: 'old prompt' },
      { op: 'append', agent: 'b', role: 'assistant', content: 'hello', at: 5, meta: { id: 1 } },
      { op: 'systemPrompt', agent: 'b', content: 'prompt' },
      { op: 'truncate', seq: 3, content: 'he' },
      { op: 'setContext', key: 'k', value: [1] },
      { op: 'mergeContext', key: 'm', value: { a: 1 } },
      { op: 'mergeContext', key: 'm', value: { b: null } },
      { op: 'deleteContext', key: 'k' },
      { op: 'setSlots', slots: { city: 'Rome', nights: 2 } },
      { op: 'setToolOutput', tool: 't', output: 'done' },
      { op: 'setInterrupted', value: true },
      { op: 'setActiveAgent', agent: 'b' },
      { op: 'recordLatency', stage: 'llm', seconds: 0.25, run: 'r1', at: 9 },
      { op: 'recordLatency', stage: 'llm', seconds: 0.5, meta: { model: 'm' } },
      { op: 'clearHistory', agent: 'a' },
      say('again'),
    ];
    for (const op of ops) await harness.change(sessionId, op);
    expect(view.state).toEqual(await stored());
    expect(loads()).toBe(1);
  });

  it('puts changes of others under ours', async () => {
    mirror.lay(say('ours'), 1);
    mirror.lay({ op: 'setContext', key: 'k', value: 'ours' }, 1);
    await harness.change(sessionId, say('theirs'), { op: 'setContext', key: 'k', value: 'theirs' });
    expect(contents()).toEqual(['first', 'theirs', 'ours']);
    expect(view.core.getContext('k')).toBe('ours');
  });

  it('takes a receipt that comes before the changes under it', async () => {
    holdFeed();
    await harness.change(sessionId, say('theirs'));
    const receipt = await write('own', say('ours'));
    mirror.receive(receipt);
    expect(contents()).toEqual(['first', 'ours']);
    for (const deliver of undelivered) deliver();
    expect(contents()).toEqual(['first', 'theirs', 'ours']);
    expect(view.state).toEqual(await stored());
    expect(loads()).toBe(1);
  });

  it('takes a notification of our own batch that comes before its receipt', async () => {
    const receipt = await write('own', say('ours'));
    expect(view.state.revision).toBe(2);
    mirror.receive(receipt);
    expect(contents()).toEqual(['first', 'ours']);
    expect(loads()).toBe(1);
  });

  it('takes notifications in any order, and each of them once', async () => {
    const changes: FeedEvent[] = [];
    harness.store.onFeed = (event) => changes.push(event);
    for (const content of ['two', 'three', 'four']) await harness.change(sessionId, say(content));
    for (const index of [2, 0, 0, 1, 2, 1]) mirror.receive(changes[index] as FeedEvent);
    expect(contents()).toEqual(['first', 'two', 'three', 'four']);
    expect(loads()).toBe(1);
  });

  it('reads the session once when a notification is lost', async () => {
    harness.store.loads.hold();
    harness.store.onFeed = () => undefined;
    await harness.change(sessionId, say('lost'));
    harness.store.onFeed = (_event, deliver) => deliver();
    mirror.lay(say('ours'), 1);
    await harness.change(sessionId, say('known'));
    expect(contents()).toEqual(['first', 'ours']);
    await (await harness.store.loads.next()).pass();
    await idle();
    expect(contents()).toEqual(['first', 'lost', 'known', 'ours']);
    expect(loads()).toBe(2);
  });

  it('reads nothing where what was missing comes in time', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'queueMicrotask', 'nextTick'] });
    try {
      holdFeed();
      await harness.change(sessionId, say('two'));
      await harness.change(sessionId, say('three'));
      undelivered[1]?.();
      undelivered[0]?.();
      undelivered[1]?.();
      await jest.advanceTimersByTimeAsync(1000);
    } finally {
      jest.useRealTimers();
    }
    expect(contents()).toEqual(['first', 'two', 'three']);
    expect(loads()).toBe(1);
  });

  it('compares revisions when the feed says that something may be missing', async () => {
    harness.store.loads.hold();
    mirror.receive({ kind: 'gap' });
    await idle();
    expect(loads()).toBe(1);
    harness.store.onFeed = () => undefined;
    await harness.change(sessionId, say('lost'));
    mirror.receive({ kind: 'gap' });
    await (await harness.store.loads.next()).pass();
    await idle();
    expect(contents()).toEqual(['first', 'lost']);
  });

  it('finds a write of its own whose answer and notification were lost in what it reads', async () => {
    harness.store.onFeed = () => undefined;
    const receipt = await write('own', say('ours'));
    await mirror.refresh();
    expect(contents()).toEqual(['first', 'ours']);
    mirror.receive(receipt);
    expect(contents()).toEqual(['first', 'ours']);
    expect(view.state).toEqual(await stored());
  });

  it('does not go back to what a slow read has seen', async () => {
    harness.store.loads.hold();
    const slow = mirror.refresh();
    const answer = await (await harness.store.loads.next()).reach();
    await harness.change(sessionId, say('newer'));
    answer();
    await slow;
    expect(contents()).toEqual(['first', 'newer']);
  });

  it('does not take a read that began before the call for a fresh one', async () => {
    harness.store.loads.hold();
    harness.store.onFeed = () => undefined;
    const early = mirror.refresh();
    const first = await harness.store.loads.next();
    await first.reach();
    await harness.change(sessionId, say('newer'));
    const refreshed = Promise.all([mirror.refresh(), mirror.refresh()]);
    first.fail(unavailable());
    expect(await codeOf(early)).toBe('store_unavailable');
    expect(await isOpen(refreshed)).toBe(true);
    await (await harness.store.loads.next()).pass();
    await refreshed;
    expect(contents()).toEqual(['first', 'newer']);
    expect(loads()).toBe(3);
  });

  it('tells once that the session has ended, also where it has only read so', async () => {
    let ends = 0;
    mirror.whenEnded(() => (ends += 1));
    harness.store.onFeed = () => undefined;
    await harness.other.end(sessionId);
    expect(ends).toBe(0);
    mirror.receive({ kind: 'gap' });
    await idle();
    mirror.receive({ kind: 'ended' });
    expect(ends).toBe(1);
  });

  it('misses nothing between listening and reading', async () => {
    harness.store.loads.hold();
    const following = SessionMirror.follow(sessionId, harness.store);
    const load = await harness.store.loads.next();
    await harness.change(sessionId, say('two'));
    const answer = await load.reach();
    await harness.change(sessionId, say('three'));
    answer();
    const second = await following;
    expect(second.view.state).toEqual(await stored());
    await second.mirror.stop();
  });

  it('listens to nothing after a read that failed, or after its end', async () => {
    expect(await codeOf(SessionMirror.follow('unknown', harness.store))).toBe('session_not_found');
    expect(harness.store.watchers).toBe(1);
    await mirror.stop();
    expect(harness.store.watchers).toBe(0);
  });
});
