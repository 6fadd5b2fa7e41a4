import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { MemoManager } from '../../src/memo';
import { SessionMirror } from '../../src/memo/session-mirror';
import { playbackMessages } from '../../src/store/playback';
import { type SessionState, threadMessages } from '../../src/store/session-state';
import type { StoreHarness } from '../contract/session-store.contract';
import { redisHarness } from '../store/redis.harness';
import { runProperty } from '../support/property';
import { idle } from './memo.harness';
import { LOG, type Step, steps } from './random-steps';
import { RandomWriter } from './random-writer';

/** What can be read of a session, in a form that can be compared. */
function readable(memo: MemoManager) {
  const history = Object.fromEntries(memo.agentsWithHistory().map((agent) => [agent, memo.getHistory(agent)]));
  const core = { context: memo.context(), slots: memo.slots(), tools: memo.toolOutputs() };
  return { revision: memo.revision, ...core, history, playback: memo.playback.messages() };
}

function readableState({ revision, context, slots, toolOutputs, history, playback }: SessionState) {
  const threads = [...history].map(([agent, thread]) => [agent, threadMessages(thread)] as const);
  const said = Object.fromEntries(threads.filter(([, messages]) => messages.length > 0));
  return { revision, context, slots, tools: toolOutputs, history: said, playback: playbackMessages(playback) };
}

describe('memos of one session in two processes, on Redis', () => {
  let harness: StoreHarness;
  beforeAll(async () => (harness = await redisHarness()));
  afterAll(() => harness.close());

  async function caughtUp(sessionId: string, revisionOf: () => number): Promise<void> {
    const revision = await harness.store.readRevision(sessionId);
    while (revisionOf() < revision) await idle();
  }

  async function play(run: readonly Step[]): Promise<void> {
    const sessionId = randomUUID();
    await harness.store.create(sessionId, 7200, { id: 'open', ops: [] });
    const stores = [harness.store, harness.peer];
    const writers = await Promise.all(stores.map((store, index) => RandomWriter.open(`w${index}`, sessionId, store)));
    const observer = await SessionMirror.follow(sessionId, harness.peer);
    for (const step of run) await writers[step.who]?.take(step);
    for (const writer of writers) await writer.settle();
    for (const { memo } of writers) await caughtUp(sessionId, () => memo.revision);
    await caughtUp(sessionId, () => observer.view.state.revision);

    const state = await harness.store.load(sessionId);
    for (const writer of writers) {
      writer.checkAll(state.history.get(LOG)?.messages ?? []);
      expect(readable(writer.memo)).toEqual(readableState(state));
    }
    expect(observer.view.state).toEqual({ ...state, batchIds: new Set() });
    await Promise.all([...writers.map(({ memo }) => memo.close()), observer.mirror.stop()]);
  }

  it('converge to what the store has, with nothing lost, doubled or out of order', async () => {
    await runProperty('memos converge', fc.asyncProperty(steps, play), { numRuns: 200 });
  });
});
