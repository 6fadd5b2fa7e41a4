import { codeOf, MemoHarness, refusalOf } from '../../test/memo/memo.harness';
import type { MemoManager } from './memo-manager';

describe('an interruption', () => {
  let harness: MemoHarness;
  let mine: MemoManager;
  /** The same session in another process. */
  let theirs: MemoManager;
  let sessionId: string;
  beforeEach(async () => {
    harness = await MemoHarness.open();
    sessionId = await harness.session({ op: 'append', agent: 'a', role: 'assistant', content: 'Your balance is ten.' });
    mine = await harness.memo(sessionId);
    theirs = await harness.memo(sessionId, { store: harness.other });
  });
  afterEach(() => harness.close());

  const told = (memo: MemoManager) => {
    const calls: [boolean, number][] = [];
    memo.onInterruption((value, epoch) => calls.push([value, epoch]));
    return calls;
  };
  /** One message is playing, one waits. */
  const waiting = async (memo: MemoManager) => {
    memo.playback.enqueueMessage('plays');
    memo.playback.enqueueMessage({ text: 'waits' });
    await memo.playback.getNextMessage();
  };
  const playbackOf = ({ playback }: MemoManager) => [
    playback.queueSize(),
    playback.isProcessing(),
    playback.isMediaCancelled(),
  ];

  it('stops playback in every process that holds the session, and tells it once', async () => {
    const calls = [told(mine), told(theirs)];
    await waiting(mine);
    expect([playbackOf(mine), playbackOf(theirs)]).toEqual([
      [1, true, false],
      [1, true, false],
    ]);
    await theirs.setTtsInterruptedLive(true);
    expect([mine.isTtsInterrupted(), mine.epoch, playbackOf(mine)]).toEqual([true, 1, [0, false, true]]);
    expect([theirs.epoch, playbackOf(theirs)]).toEqual([1, [0, false, true]]);
    expect(calls).toEqual([[[true, 1]], [[true, 1]]]);
    await theirs.setTtsInterruptedLive(false);
    expect([mine.isTtsInterrupted(), mine.epoch, playbackOf(mine)]).toEqual([false, 1, [0, false, false]]);
    expect(calls[0]).toEqual([
      [true, 1],
      [false, 1],
    ]);
  });

  it('shows here at once, and its own confirmation is no second one', async () => {
    const calls = told(mine);
    mine.setTtsInterrupted(true);
    expect([mine.epoch, playbackOf(mine)]).toEqual([1, [0, false, true]]);
    mine.setTtsInterrupted(false);
    mine.playback.enqueueMessage('after it');
    await mine.persist();
    expect([mine.epoch, mine.playback.queueSize()]).toEqual([1, 1]);
    expect(calls).toEqual([
      [true, 1],
      [false, 1],
    ]);
  });

  it('refuses what belongs to an older epoch, in whichever process it arrives', async () => {
    const epoch = mine.epoch;
    await theirs.setTtsInterruptedLive(true);
    expect(refusalOf(() => mine.playback.enqueueMessage('late audio', epoch))).toBe('epoch_passed');
    expect(refusalOf(() => mine.playback.enqueueMessage('the next reply', mine.epoch))).toBe('accepted');
    const late = harness.other.apply(sessionId, {
      id: 'late',
      ops: [
        { op: 'append', agent: 'a', role: 'user', content: 'never there' },
        { op: 'truncate', seq: 1, content: 'Your', epoch },
      ],
    });
    expect(await codeOf(late)).toBe('epoch_passed');
    expect((await harness.other.load(sessionId)).lastSeq).toBe(1);
  });

  it('cuts the reply to what was spoken, and keeps the rest with cause and offset', async () => {
    mine.setTtsInterrupted(true, { cause: 'barge_in', spoken: { seq: 1, characters: 12 } });
    const cut = {
      seq: 1,
      content: 'Your balance',
      meta: { generated: 'Your balance is ten.', interrupted: { cause: 'barge_in', offset: 12 } },
    };
    expect(mine.getHistory('a')).toMatchObject([cut]);
    await mine.persist();
    expect(mine.getHistory('a')).toMatchObject([cut]);
    expect(theirs.getHistory('a')).toMatchObject([cut]);
    expect((await harness.other.load(sessionId)).history.get('a')?.messages).toMatchObject([cut]);
  });

  it('keeps a tool result that arrives after it', async () => {
    await theirs.setTtsInterruptedLive(true);
    mine.persistToolOutput('balance', { amount: 10 });
    await mine.persist();
    expect(theirs.getToolOutput('balance')).toEqual({ amount: 10 });
  });

  it('is acknowledged once, and the time until then is a sample of barge_in_stop', async () => {
    await theirs.setTtsInterruptedLive(true);
    harness.clock.advance(0.25);
    mine.acknowledgePlaybackStop();
    mine.acknowledgePlaybackStop();
    await mine.persist();
    const { latency } = await harness.other.load(sessionId);
    expect(latency.get('barge_in_stop')).toMatchObject({ count: 1, total: 0.25 });
  });

  it('is no news to a memo that is restored after it', async () => {
    await theirs.setTtsInterruptedLive(true);
    const later = await harness.memo(sessionId);
    expect([later.epoch, later.playback.isMediaCancelled(), told(later)]).toEqual([1, true, []]);
    later.acknowledgePlaybackStop();
    expect(later.hasUnwritten).toBe(false);
  });

  it('reaches a process whose notification was lost, with its next read', async () => {
    await waiting(mine);
    harness.store.onFeed = () => undefined;
    await theirs.setTtsInterruptedLive(true);
    expect(mine.epoch).toBe(0);
    await mine.refresh();
    expect([mine.epoch, playbackOf(mine)]).toEqual([1, [0, false, true]]);
  });

  it.each([
    [{ value: false, cause: 'x' }],
    [{ value: true, spoken: { seq: 1 } }],
    [{ value: true, spoken: { seq: 1, content: '', characters: 1 } }],
  ] as const)('is refused as %j', (interruption) => {
    const { value, ...rest } = interruption;
    expect(refusalOf(() => mine.setTtsInterrupted(value, rest))).toBe('validation_failed');
  });
});
