import { codeOf, idle, MemoHarness, refusalOf } from '../../test/memo/memo.harness';
import { ManualClock } from '../../test/support/manual-clock';
import { EphemeralMemoManager } from './ephemeral-memo-manager';
import type { MemoManager } from './memo-manager';

describe('the playback queue of a memo', () => {
  let harness: MemoHarness;
  let mine: MemoManager;
  /** The same session in another process. */
  let theirs: MemoManager;
  let sessionId: string;
  beforeEach(async () => {
    harness = await MemoHarness.open();
    sessionId = await harness.session();
    mine = await harness.memo(sessionId);
    theirs = await harness.memo(sessionId, { store: harness.other });
  });
  afterEach(() => harness.close());

  const textOf = async (memo: { playback: MemoManager['playback'] }) =>
    (await memo.playback.getNextMessage())?.content.text;
  const states = ({ playback }: MemoManager) => playback.messages().map(({ state }) => state);

  it('gives back first what came first, in whichever process', async () => {
    mine.playback.enqueueMessage({ text: 'one', voice: { name: 'ava' }, locale: 'de-DE', ssml: true });
    mine.playback.enqueueMessage('two');
    expect([mine.playback.queueSize(), theirs.playback.queueSize()]).toEqual([2, 0]);
    await mine.persist();
    const one = await theirs.playback.getNextMessage();
    expect(one?.content).toEqual({ text: 'one', voice: { name: 'ava' }, locale: 'de-DE', ssml: true });
    await theirs.playback.messageDone(1);
    expect(await textOf(mine)).toBe('two');
    await mine.playback.messageDone(2);
    expect([await textOf(mine), states(theirs)]).toEqual([undefined, ['played', 'played']]);
  });

  it('gives a message to one consumer at a time, and to the next one when its lease runs out', async () => {
    mine.playback.enqueueMessage('one');
    expect(await textOf(mine)).toBe('one');
    expect([await textOf(theirs), theirs.playback.isProcessing()]).toEqual([undefined, true]);
    expect(await textOf(mine)).toBe('one');
    await harness.advance(15);
    expect(theirs.playback.isProcessing()).toBe(false);
    expect(await textOf(theirs)).toBe('one');
    expect(await codeOf(mine.playback.messageDone(1))).toBe('playback_not_held');
    expect(theirs.playback.messages()).toMatchObject([{ state: 'playing', attempts: 2 }]);
  });

  it('keeps a message longer with who renews its lease', async () => {
    mine.playback.enqueueMessage('long');
    await mine.playback.getNextMessage();
    await harness.advance(10);
    await mine.playback.renewMessage(1);
    await harness.advance(10);
    expect([await textOf(theirs), mine.playback.messages()[0]?.attempts]).toEqual([undefined, 1]);
  });

  it('is asked by many at once and gives each message once', async () => {
    for (let count = 0; count < 20; count += 1) mine.playback.enqueueMessage(`text ${count}`);
    await mine.persist();
    const memos = [mine, theirs, await harness.memo(sessionId, { store: harness.other })];
    const played: (string | undefined)[] = [];
    const consume = async (memo: MemoManager) => {
      while (played.length < 20) {
        const message = await memo.playback.getNextMessage();
        if (!message) {
          // Another one has it, and must come to say what became of it.
          await idle();
          continue;
        }
        played.push(message.content.text);
        await memo.playback.messageDone(message.number);
      }
    };
    await Promise.all(memos.map(consume));
    expect(played).toEqual(Array.from({ length: 20 }, (_, count) => `text ${count}`));
  });

  it('tries again what could not be delivered, later each time, and gives it up at last', async () => {
    mine.playback.enqueueMessage('hard');
    mine.playback.enqueueMessage('next');
    const delays: number[] = [];
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await mine.playback.getNextMessage();
      const { state, retryAt = 0 } = await mine.playback.messageFailed(1);
      expect([state, await textOf(theirs)]).toEqual(['queued', undefined]);
      delays.push(Number((retryAt - harness.clock.nowMs() / 1000).toFixed(3)));
      await harness.advance(5);
    }
    expect(delays).toEqual([0.2, 0.4, 0.8, 1.6]);
    await mine.playback.getNextMessage();
    expect(await mine.playback.messageFailed(1)).toEqual({ number: 1, state: 'failed' });
    expect([await textOf(theirs), states(mine)]).toEqual(['next', ['failed', 'playing']]);
  });

  it('drops what waits and cuts what plays at an interruption, and gives nothing until the caller is silent', async () => {
    mine.playback.enqueueMessage('plays');
    mine.playback.enqueueMessage('waits');
    await mine.playback.getNextMessage();
    await theirs.setTtsInterruptedLive(true);
    expect(states(mine)).toEqual(['cut', 'dropped']);
    theirs.playback.enqueueMessage('the next reply');
    expect(await textOf(theirs)).toBeUndefined();
    await theirs.setTtsInterruptedLive(false);
    expect(await textOf(theirs)).toBe('the next reply');
  });

  it('takes the end of what was cut for the stop of playback, once', async () => {
    mine.playback.enqueueMessage('plays');
    await mine.playback.getNextMessage();
    await theirs.setTtsInterruptedLive(true);
    await harness.advance(0.125);
    expect(await mine.playback.messageDone(1, 3)).toEqual({ number: 1, state: 'cut' });
    expect(await codeOf(mine.playback.messageDone(1, 4))).toBe('playback_not_held');
    expect(theirs.playback.messages()).toMatchObject([{ state: 'cut', outcome: { offset: 3 } }]);
    const { latency } = await harness.other.load(sessionId);
    expect(latency.get('barge_in_stop')).toMatchObject({ count: 1, total: 0.125 });
  });

  it('is cleared, but for what plays', async () => {
    for (const text of ['plays', 'waits', 'waits too']) mine.playback.enqueueMessage(text);
    await mine.playback.getNextMessage();
    mine.playback.clearQueue();
    mine.playback.enqueueMessage('later');
    expect(states(mine)).toEqual(['playing', 'dropped', 'dropped', 'queued']);
    await mine.persist();
    expect(states(theirs)).toEqual(['playing', 'dropped', 'dropped', 'queued']);
    await mine.playback.messageDone(1);
    expect(await textOf(theirs)).toBe('later');
  });

  it('refuses more than can ever be spoken, and has room again when something was taken', async () => {
    for (let count = 0; count < 256; count += 1) mine.playback.enqueueMessage('text');
    expect(refusalOf(() => mine.playback.enqueueMessage('more'))).toBe('playback_full');
    await mine.playback.getNextMessage();
    expect(refusalOf(() => mine.playback.enqueueMessage('more'))).toBe('accepted');
  });

  it('is still there for the process that comes after', async () => {
    mine.playback.enqueueMessage('one');
    await mine.close();
    const later = await harness.memo(sessionId);
    expect(await textOf(later)).toBe('one');
  });

  it('withdraws what another process has made late, writes the rest, and says so', async () => {
    harness.store.onFeed = () => undefined;
    await theirs.setTtsInterruptedLive(true);
    mine.appendToHistory('a', 'user', 'Stop!');
    mine.playback.enqueueMessage('late audio');
    mine.setContext('after', 1);
    expect(await codeOf(mine.persist())).toBe('epoch_passed');
    expect(harness.withdrawals).toEqual([['epoch_passed', 1]]);
    expect([await harness.stored(sessionId), mine.playback.queueSize()]).toEqual([['Stop!'], 0]);
    expect([mine.getContext('after'), mine.hasUnwritten]).toEqual([1, false]);
    mine.playback.enqueueMessage('the next reply');
    expect(await codeOf(mine.persist())).toBe('resolved');
  });

  it('withdraws what another process has left no room for', async () => {
    harness.store.onFeed = () => undefined;
    for (let count = 0; count < 256; count += 1) theirs.playback.enqueueMessage('text');
    await theirs.persist();
    mine.playback.enqueueMessage('more');
    mine.setContext('after', 1);
    expect(await codeOf(mine.persist())).toBe('playback_full');
    expect((await harness.other.load(sessionId)).context.get('after')).toBe(1);
  });

  it('is the same in a memory that reaches no store', async () => {
    const memo = new EphemeralMemoManager('s', new ManualClock());
    memo.playback.enqueueMessage('one');
    memo.playback.enqueueMessage('two');
    expect(await textOf(memo)).toBe('one');
    await memo.playback.messageDone(1);
    memo.setTtsInterrupted(true);
    expect([memo.playback.queueSize(), await textOf(memo)]).toEqual([0, undefined]);
  });
});
