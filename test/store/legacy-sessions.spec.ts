import type { Op } from '../../src/store/ops';
import type { StoreHarness } from '../contract/session-store.contract';
import { embeddedHarness } from './embedded.harness';
import { legacySessions } from './legacy-fixtures';
import { expectWalkedWhole } from './model/legacy-walk';
import { plainLiving, plainState } from './model/plain';
import { ReferenceSession } from './model/reference-session';
import { redisHarness } from './redis.harness';

const SESSIONS = legacySessions();

/** Touches each part of a session once, and its threads twice. */
const FIRST_WRITE: readonly Op[] = [
  { op: 'append', agent: 'default', role: 'user', content: 'new words' },
  { op: 'truncate', seq: 1, content: 'heard' },
  { op: 'systemPrompt', agent: 'Events_3', content: 'a prompt' },
  { op: 'mergeContext', key: 'session_info', value: { merged: 0.1 } },
  { op: 'setSlots', slots: { city: 'Rome' } },
  { op: 'setToolOutput', tool: 'new_tool', output: [] },
  { op: 'recordLatency', stage: 'stt', seconds: 0.25 },
  { op: 'setInterrupted', value: true },
];

describe.each<[string, () => Promise<StoreHarness>]>([
  ['embedded', embeddedHarness],
  ['Redis', () => redisHarness()],
])('on the %s store', (_name, open) => {
  let harness: StoreHarness;

  beforeAll(async () => {
    harness = await open();
  });
  afterAll(() => harness.close());

  it('there are twelve sessions to read, one with a bare list and one with a registry of agents', () => {
    expect(SESSIONS).toHaveLength(12);
    expect(SESSIONS.filter(([, fields]) => fields.chat_history.startsWith('['))).toHaveLength(1);
    expect(SESSIONS.filter(([, fields]) => fields.corememory.includes('"agent_registry"'))).toHaveLength(1);
  });

  describe.each(SESSIONS)('session %s of the older service', (sessionId, fields) => {
    beforeAll(() => harness.writeLegacy(sessionId, { ...fields }));

    it('loads complete before anything is written', async () => {
      const state = await harness.store.load(sessionId);
      expectWalkedWhole(state, fields);
      expect(state.revision).toBe(0);
      expect(state.context.get('created_at')).toBe(state.createdAt);
      expect(state.context.get('last_activity')).toBe(state.updatedAt);
      expect(plainState(await harness.store.load(sessionId))).toEqual(plainState(state));
    });

    it('reads by key and by page as it loads', async () => {
      const state = await harness.store.load(sessionId);
      for (const [key, value] of state.context) {
        expect(await harness.store.readContext(sessionId, key)).toEqual(value);
      }
      for (const [agent, { prompt, messages }] of state.history) {
        const page = await harness.store.readHistory(sessionId, agent, -1, 1000);
        expect(page).toEqual({ messages: prompt ? [prompt, ...messages] : messages, nextAfter: null });
      }
    });

    it('is converted by its first write, and has lost nothing after it', async () => {
      const before = await harness.store.load(sessionId);
      const reference = new ReferenceSession(7200);
      reference.adoptLegacy(before);
      const batch = { id: 'first', ops: FIRST_WRITE };
      const receipt = await harness.store.apply(sessionId, batch);
      expect(receipt).toEqual(reference.apply(batch, harness.now()));
      const expected = reference.living(harness.now());
      if (typeof expected === 'string') throw new Error(expected);
      const after = await harness.peer.load(sessionId);
      expect(plainState(after)).toEqual(plainLiving(expected));
      expect(after).toMatchObject({ revision: 1, createdAt: before.createdAt, lastSeq: before.lastSeq + 1 });
    });

    it('gives the first receipt to the first write sent again', async () => {
      const batch = { id: 'first', ops: FIRST_WRITE };
      expect(await harness.store.apply(sessionId, batch)).toMatchObject({ revision: 1 });
      expect(await harness.store.readRevision(sessionId)).toBe(1);
    });
  });

  it('runs of samples keep their order, and the current one, through the conversion', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `run-${(index * 7) % 40}`);
    const runOf = (id: string) => ({ run_id: id, label: null, created_at: 1.5, samples: [], turn: id });
    const latency = { runs: Object.fromEntries(ids.map((id) => [id, runOf(id)])), order: ids, current_run_id: ids[3] };
    await harness.writeLegacy('many-runs', { corememory: JSON.stringify({ latency }), chat_history: '{}' });
    const before = await harness.store.load('many-runs');
    expect(before.runs.map(({ id }) => id)).toEqual(ids);
    expect(before.runs.filter(({ current }) => current).map(({ id }) => id)).toEqual([ids[3]]);
    await harness.store.apply('many-runs', { id: 'first', ops: [] });
    expect((await harness.store.load('many-runs')).runs).toEqual(before.runs);
  });

  it('names that no operation may have keep what they hold', async () => {
    const names = ['', 'a\u001fb', '\u0000', 'line\nbreak', 'x'.repeat(1000), '\u007f'];
    const core = {
      ...Object.fromEntries(names.map((name) => [name, `context ${name}`])),
      slots: Object.fromEntries(names.map((name) => [name, `slot ${name}`])),
    };
    const history = Object.fromEntries(names.map((name) => [name, [{ role: 'user', content: `said to ${name}` }]]));
    const fields = { corememory: JSON.stringify(core), chat_history: JSON.stringify(history) };
    await harness.writeLegacy('odd-names', fields);
    await harness.store.apply('odd-names', { id: 'first', ops: [] });
    expectWalkedWhole(await harness.store.load('odd-names'), fields);
  });

  it('numbers that only Python writes become null, and text that looks like them stays', async () => {
    const corememory = '{"score": NaN, "said": "NaN \\" Infinity", "list": [Infinity, -Infinity, 1], "NaN": true}';
    await harness.writeLegacy('python', { corememory, chat_history: '{}' });
    const { context } = await harness.store.load('python');
    expect(Object.fromEntries(context)).toEqual({
      score: null,
      said: 'NaN " Infinity',
      list: [null, null, 1],
      NaN: true,
    });
  });

  it('a latency that is not of the known form stays a context key', async () => {
    for (const [index, latency] of [{ runs: {}, order: 5 }, { runs: [] }, 'slow', { stt: 0.5 }].entries()) {
      const id = `latency-${index}`;
      await harness.writeLegacy(id, { corememory: JSON.stringify({ latency }), chat_history: '{}' });
      expect((await harness.store.load(id)).context.get('latency')).toEqual(latency);
    }
  });

  it('names that UTF-8 does not have, halves of surrogate pairs, are not lost or thrown together', async () => {
    const core = { slots: { '\ud800': 'one', '\ud801': 'two' } };
    await harness.writeLegacy('half-pairs', { corememory: JSON.stringify(core), chat_history: '{}' });
    await harness.store.apply('half-pairs', { id: 'first', ops: [] });
    const { slots } = await harness.store.load('half-pairs');
    expect([...slots.values()].sort()).toEqual(['one', 'two']);
  });
});
