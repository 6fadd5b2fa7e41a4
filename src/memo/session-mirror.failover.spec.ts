import { idle, MemoHarness } from '../../test/memo/memo.harness';
import { HeldStore } from '../../test/support/held-store';
import type { Op } from '../store/ops';
import type { SessionStore } from '../store/session-store';
import { SessionMirror } from './session-mirror';
import type { SessionView } from './session-view';

const say = (content: string): Op => ({ op: 'append', agent: 'a', role: 'user', content });

/** A failover to a replica that was behind: the session goes on in another one that has less. */
describe('SessionMirror and a store that has lost its last revisions', () => {
  let harness: MemoHarness;
  let sessionId: string;
  let behind: MemoHarness;
  let active: SessionStore;
  let store: HeldStore;
  let mirror: SessionMirror;
  let view: SessionView;
  let batches = 0;

  beforeEach(async () => {
    harness = await MemoHarness.open();
    behind = await MemoHarness.open();
    active = harness.other;
    sessionId = await harness.session(say('first'));
    await behind.other.create(sessionId, 7200, { id: 'open', ops: [say('first')] });
    // Whoever asks asks the one that is active now.
    const either = new Proxy(harness.other, {
      get: (_target, name) => {
        const member: unknown = Reflect.get(active, name);
        return typeof member === 'function' ? (member.bind(active) as unknown) : member;
      },
    });
    store = new HeldStore(either);
    ({ mirror, view } = await SessionMirror.follow(sessionId, store));
  });
  afterEach(async () => {
    await mirror.stop();
    await Promise.all([harness.close(), behind.close()]);
  });

  const contents = () => view.history.getHistory('a').map(({ content }) => content);
  const apply = (...ops: Op[]) => active.apply(sessionId, { id: `b${(batches += 1)}`, ops });

  async function failOver(): Promise<void> {
    active = behind.other;
    await active.watch(sessionId, (event) => store.emit(event));
  }

  it('goes back with the store when it compares revisions', async () => {
    await apply(say('lost'));
    await failOver();
    store.loads.hold();
    mirror.receive({ kind: 'gap' });
    await (await store.loads.next()).pass();
    await idle();
    expect(contents()).toEqual(['first']);
    await apply(say('after'));
    expect(contents()).toEqual(['first', 'after']);
  });

  it('sees by the revision of its own write that the store went back, and keeps what it wrote in view', async () => {
    await apply(say('lost'));
    await failOver();
    store.loads.hold();
    const ops = [say('ours')];
    mirror.lay(ops[0] as Op, 1);
    mirror.expect({ id: 'own', ops });
    const receipt = await active.apply(sessionId, { id: 'own', ops });
    mirror.receive({ kind: 'change', batchId: 'own', ops, ...receipt });
    expect(contents()).toEqual(['first', 'lost', 'ours']);
    await (await store.loads.next()).pass();
    await idle();
    expect(contents()).toEqual(['first', 'ours']);
  });

  it('forgets early changes of what was lost', async () => {
    store.onFeed = () => undefined;
    await apply(say('lost'));
    store.onFeed = (_event, deliver) => deliver();
    store.loads.hold();
    await apply(say('lost too'));
    await failOver();
    await (await store.loads.next()).pass();
    await idle();
    for (const content of ['two', 'three', 'four']) await apply(say(content));
    await idle();
    expect(contents()).toEqual(['first', 'two', 'three', 'four']);
  });
});
