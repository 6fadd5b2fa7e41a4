import { heard, idle, MemoHarness, say } from '../../test/memo/memo.harness';

const user = (content: string) => ({ role: 'user', content });

describe('a memo of a session that an older service wrote', () => {
  let harness: MemoHarness;
  beforeAll(async () => (harness = await MemoHarness.open()));
  afterAll(() => harness.close());

  it('shows it complete, and its first write converts it', async () => {
    const sessionId = await harness.legacySession([{ role: 'system', content: 'old prompt' }, user('one')]);
    const memo = await harness.memo(sessionId);
    expect(memo.revision).toBe(0);
    expect(heard(memo)).toEqual(['old prompt', 'one']);
    memo.ensureSystemPrompt('a', 'prompt');
    say(memo, 'two');
    expect(heard(memo)).toEqual(['prompt', 'one', 'two']);
    await memo.persist();
    await idle();
    expect(memo.revision).toBe(1);
    expect(heard(memo)).toEqual(['prompt', 'one', 'two']);
    expect(await harness.stored(sessionId)).toEqual(['prompt', 'one', 'two']);
  });

  it('takes up with its first write what the older service has written since', async () => {
    const sessionId = await harness.legacySession([user('one')]);
    const memo = await harness.memo(sessionId);
    await harness.rewriteLegacy(sessionId, [user('one'), user('since')]);
    say(memo, 'two');
    await memo.persist();
    await idle();
    expect(heard(memo)).toEqual(['one', 'since', 'two']);
    expect(await harness.stored(sessionId)).toEqual(heard(memo));
  });

  it('cannot tell by the revision whether it is fresh, and so reads it', async () => {
    const sessionId = await harness.legacySession([user('one')]);
    const memo = await harness.memo(sessionId);
    await harness.rewriteLegacy(sessionId, [user('one'), user('since')]);
    expect(await memo.checkForChanges()).toBe(true);
    await memo.selectiveRefresh([]);
    expect(heard(memo)).toEqual(['one', 'since']);
  });
});
