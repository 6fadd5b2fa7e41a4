/** The hub over a store whose notifications are lost, late or early, and whose reads can be held. */
import fc from 'fast-check';
import type { LiveHub } from '../../src/live/hub/live-hub';
import type { StoreHarness } from '../contract/session-store.contract';
import { LossyStore } from '../memo/lossy-store';
import { embeddedHarness } from '../store/embedded.harness';
import { runProperty } from '../support/property';
import { until } from '../support/until';
import { hubOver } from './hub-over';
import { Recorder } from './recorder';

describe('the hub', () => {
  let harness: StoreHarness;
  let store: LossyStore;
  let hub: LiveHub;
  let sessions = 0;
  let sessionId: string;
  let batches = 0;

  beforeAll(async () => {
    harness = await embeddedHarness();
  });
  afterAll(() => harness.close());
  beforeEach(async () => {
    store = new LossyStore(harness.store);
    hub = hubOver(store, harness);
    sessionId = `session-${(sessions += 1)}`;
    await store.create(sessionId, 600, { id: 'open', ops: [] });
  });
  afterEach(() => hub.close());

  const write = async () => {
    const ops = [{ op: 'setContext' as const, key: 'n', value: batches }];
    return (await store.apply(sessionId, { id: `b${(batches += 1)}`, ops })).revision;
  };
  const attach = async (fromRevision?: number) => {
    const recorder = new Recorder();
    const detach = await hub.attach(sessionId, recorder, fromRevision);
    return { recorder, detach };
  };

  it('listens to a session once, however many are attached', async () => {
    const [one, two] = [await attach(), await attach()];
    expect({ watchers: store.watchers, sessions: hub.sessions }).toEqual({ watchers: 1, sessions: 1 });
    await write();
    for (const { recorder } of [one, two]) expect(recorder.heard).toEqual(['state 1', 'change 2']);
  });

  it('follows a session on after its last subscriber, for one who comes back', async () => {
    const { detach } = await attach();
    detach();
    await write();
    await write();
    expect((await attach(1)).recorder.heard).toEqual(['changes 2,3']);
    await hub.close();
    expect({ watchers: store.watchers, sessions: hub.sessions }).toEqual({ watchers: 0, sessions: 0 });
  });

  it('lets go of a session that cannot be read', async () => {
    await expect(hub.attach('none', new Recorder())).rejects.toMatchObject({ code: 'session_not_found' });
    await until(() => store.watchers === 0);
    expect(hub.sessions).toBe(0);
  });

  it('tells changes that come while the session is read after it', async () => {
    store.loads.hold();
    const attaching = attach();
    const load = await store.loads.next();
    const answer = await load.reach();
    await write();
    await write();
    answer();
    expect((await attaching).recorder.heard).toEqual(['state 1', 'change 2', 'change 3']);
  });

  it('does not tell again what the session that was read contains', async () => {
    await attach();
    store.loads.hold();
    const attaching = attach();
    const load = await store.loads.next();
    await write();
    await load.pass();
    const { recorder } = await attaching;
    await write();
    expect(recorder.heard).toEqual(['state 2', 'change 3']);
  });

  it('reads the session where a change is missing, and tells it whole', async () => {
    const { recorder } = await attach();
    store.breakFeed(['lost']);
    await write();
    await write();
    await until(() => recorder.revision === 3);
    await write();
    expect(recorder.heard).toEqual(['state 1', 'reset 3', 'change 4']);
    expect((await attach(1)).recorder.heard).toEqual(['changes 2,3,4']);
    expect((await attach(3)).recorder.heard).toEqual(['changes 4']);
  });

  describe('that did not hear of the changes itself', () => {
    it('has them of the store, and goes on from there without reading the session', async () => {
      await write();
      await write();
      const { recorder } = await attach(1);
      await write();
      const back = await attach(2);
      expect([recorder.heard, back.recorder.heard]).toEqual([['changes 2,3', 'change 4'], ['changes 3,4']]);
      expect(store.loads.calls).toEqual([]);
    });

    it('has those of the store that came before the session was read', async () => {
      await write();
      await attach();
      await write();
      expect((await attach(1)).recorder.heard).toEqual(['changes 2,3']);
      expect(store.loads.calls).toHaveLength(1);
    });

    it('reads the session where the store does not have them all', async () => {
      await store.apply(sessionId, { id: 'clear', ops: [{ op: 'clearHistory' }] });
      await write();
      expect((await attach(1)).recorder.heard).toEqual(['state 3']);
      expect((await attach(9)).recorder.heard).toEqual(['state 3']);
    });

    it.each([
      ['a process that knows the session', true],
      ['one that does not', false],
    ])('tells what comes while they are read as well: %s', async (_process, isKnown) => {
      await write();
      if (isKnown) await attach();
      store.reads.hold();
      const attaching = attach(1);
      const read = await store.reads.next();
      const answer = await read.reach();
      await write();
      await write();
      answer();
      expect((await attaching).recorder.heard).toEqual(['changes 2,3,4']);
    });

    it('reads the session where the store has gone back', async () => {
      await write();
      await write();
      const { recorder } = await attach();
      // Of a primary that lost it.
      store.emit({ kind: 'change', revision: 4, batchId: 'lost', messages: [], at: 1, ops: [] });
      const back = await attach(1);
      await write();
      expect(recorder.heard).toEqual(['state 3', 'change 4', 'reset 3', 'change 4']);
      expect(back.recorder.heard).toEqual(['state 3', 'change 4']);
    });

    it('is refused where the session ends while they are read', async () => {
      await write();
      store.reads.hold();
      const attaching = attach(1);
      const read = await store.reads.next();
      const answer = await read.reach();
      await store.end(sessionId);
      answer();
      await expect(attaching).rejects.toMatchObject({ code: 'session_ended' });
      expect(hub.sessions).toBe(0);
    });
  });

  it('waits a moment for a change that was overtaken', async () => {
    const { recorder } = await attach();
    store.breakFeed(['late']);
    await Promise.all([write(), write(), write()]);
    await until(() => recorder.revision === 4);
    expect(recorder.heard).toEqual(['state 1', 'change 2', 'change 3', 'change 4']);
  });

  it('compares after a gap, and reads where something was missed', async () => {
    const { recorder } = await attach();
    store.emit({ kind: 'gap' });
    await write();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(recorder.heard).toEqual(['state 1', 'change 2']);
    store.breakFeed(['lost']);
    await write();
    store.emit({ kind: 'gap' });
    await until(() => recorder.revision === 3);
    expect(recorder.heard).toEqual(['state 1', 'change 2', 'reset 3']);
  });

  it('tries a read again that failed, and tells of nothing twice', async () => {
    const { recorder } = await attach();
    store.loads.hold();
    store.breakFeed(['lost']);
    await write();
    await write();
    (await store.loads.next()).fail();
    const load = await store.loads.next();
    await write();
    await load.pass();
    await until(() => recorder.revision === 4);
    expect(recorder.heard).toEqual(['state 1', 'reset 4']);
  });

  it('takes a store that has gone back for the truth', async () => {
    const { recorder } = await attach();
    await write();
    await write();
    // What a primary that lost revision 3 gave to another batch.
    store.emit({ kind: 'change', revision: 3, batchId: 'other', messages: [], at: 1, ops: [] });
    await until(() => recorder.heard.includes('reset 3'));
    await write();
    expect(recorder.heard).toEqual(['state 1', 'change 2', 'change 3', 'reset 3', 'change 4']);
  });

  it('sees after a gap that the store went back and has come as far again', async () => {
    const { recorder } = await attach();
    await write();
    // Of a primary that lost it; the one that took over gives the revision to another batch, which nobody hears of.
    store.emit({ kind: 'change', revision: 3, batchId: 'lost', messages: [], at: 1, ops: [] });
    store.breakFeed(['lost']);
    await write();
    store.emit({ kind: 'gap' });
    await until(() => recorder.heard.includes('reset 3'));
    await write();
    expect(recorder.heard).toEqual(['state 1', 'change 2', 'change 3', 'reset 3', 'change 4']);
  });

  it('reads nothing again after a gap in which nothing was missed', async () => {
    await write();
    const { recorder } = await attach();
    store.emit({ kind: 'gap' });
    await write();
    store.emit({ kind: 'gap' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(recorder.heard).toEqual(['state 2', 'change 3']);
  });

  it('says that a session is over, once', async () => {
    const { recorder } = await attach();
    await store.end(sessionId);
    store.emit({ kind: 'ended' });
    expect(recorder.heard).toEqual(['state 1', 'closed session_ended']);
    expect(hub.sessions).toBe(0);
  });

  it('says that a session is over where the feed did not tell', async () => {
    const { recorder } = await attach();
    store.breakFeed(['lost']);
    await store.end(sessionId);
    store.emit({ kind: 'gap' });
    await until(() => recorder.heard.length === 2);
    expect(recorder.heard).toEqual(['state 1', 'closed session_ended']);
  });

  it('tells a session of an older service whole after its first change', async () => {
    await harness.writeLegacy('older', { corememory: '{"a":1}' });
    const recorder = new Recorder();
    await hub.attach('older', recorder);
    await store.apply('older', { id: 'first', ops: [{ op: 'setContext', key: 'b', value: 2 }] });
    await until(() => recorder.revision === 1);
    await store.apply('older', { id: 'second', ops: [] });
    expect(recorder.heard).toEqual(['state 0', 'reset 1', 'change 2']);
  });

  it('brings everybody to the last revision without a hole, whatever befalls the notifications', async () => {
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({
        does: fc.constant('write' as const),
        fault: fc.constantFrom(null, null, null, 'lost' as const, 'late' as const),
      }),
      fc.record({ does: fc.constant('attach' as const), back: fc.integer({ min: -1, max: 9 }) }),
      fc.record({ does: fc.constant('detach' as const), index: fc.nat({ max: 5 }) }),
      fc.record({ does: fc.constant('gap' as const) }),
    );
    const run = async (steps: readonly Step[]) => {
      sessionId = `session-${(sessions += 1)}`;
      await store.create(sessionId, 600, { id: 'open', ops: [] });
      const attached: Awaited<ReturnType<typeof attach>>[] = [];
      let last = 1;
      for (const step of steps) {
        if (step.does === 'write') {
          if (step.fault) store.breakFeed([step.fault]);
          last = await write();
        } else if (step.does === 'attach') {
          attached.push(await attach(step.back < 0 ? undefined : Math.max(0, last - step.back)));
        } else if (step.does === 'detach') {
          attached.splice(step.index, 1).forEach(({ detach }) => detach());
        } else store.emit({ kind: 'gap' });
      }
      store.heal();
      last = await write();
      await until(() => attached.every(({ recorder }) => recorder.revision === last));
      // Another process, which has heard of none of it.
      const other = hubOver(store, harness);
      const late = new Recorder();
      await other.attach(sessionId, late, Math.max(1, last - 5));
      expect(late.heard).toEqual([expect.stringMatching(/^changes .*\b/)]);
      await other.close();
      for (const { recorder } of attached)
        expect(recorder.heard.filter((line) => line.startsWith('a hole'))).toEqual([]);
      await hub.close();
    };
    await runProperty('live hub', fc.asyncProperty(fc.array(step, { maxLength: 30 }), run), { numRuns: 60 });
  });
});

type Step =
  | { readonly does: 'write'; readonly fault: 'lost' | 'late' | null }
  | { readonly does: 'attach'; readonly back: number }
  | { readonly does: 'detach'; readonly index: number }
  | { readonly does: 'gap' };
