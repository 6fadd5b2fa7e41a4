import type { ErrorCode } from '../../src/common/error-catalogue';
import { isReadableField } from '../../src/store/layout/readable-field';
import type { Op } from '../../src/store/ops';
import type { FeedEvent, SessionStore } from '../../src/store/session-store';
import { threadMessages } from '../../src/store/session-state';
import { until } from '../support/until';
import type { StoreHarness } from './session-store.contract';

let unique = 0;
const batchId = () => `damaged-${(unique += 1)}`;
const sessionName = () => `d-${process.pid}-${(unique += 1)}`;

async function refusal(promise: Promise<unknown>): Promise<ErrorCode | 'resolved'> {
  return promise.then(
    () => 'resolved' as const,
    (error: { code: ErrorCode }) => error.code,
  );
}

const MEGABYTE = 'x'.repeat(1024 * 1024);

/** A session with something of every kind. */
const FULL: readonly Op[] = [
  { op: 'append', agent: 'a', role: 'user', content: 'hello' },
  { op: 'append', agent: 'a', role: 'assistant', content: 'a long answer' },
  { op: 'systemPrompt', agent: 'a', content: 'be kind' },
  { op: 'setContext', key: 'k', value: { a: 1 } },
  { op: 'setSlots', slots: { name: 'Ada' } },
  { op: 'setToolOutput', tool: 'balance', output: 5 },
  { op: 'recordLatency', stage: 'llm', seconds: 1 },
  { op: 'setActiveAgent', agent: 'a' },
  { op: 'setInterrupted', value: true },
  { op: 'setInterrupted', value: false },
  { op: 'enqueuePlayback', message: { text: 'wait' } },
  { op: 'takeLease', fence: 1, until: 1, holder: 'h' },
  {
    op: 'changeAgents',
    after: 0,
    keep: 10,
    keepBytes: 1024,
    digest: 'd',
    experiment: null,
    entry: { note: 'n' },
    records: { 'prompt:a': 'x' },
  },
];

/** What a session with damaged fields must not do to anybody, and what becomes of it. */
export function describeDamagedSessions(name: string, open: () => Promise<StoreHarness>): void {
  describe(`${name}, where a session is damaged,`, () => {
    let harness: StoreHarness;
    let store: SessionStore;
    beforeAll(async () => {
      harness = await open();
      store = harness.store;
    });
    afterAll(() => harness.close());

    const opened = async (ops: readonly Op[] = FULL): Promise<string> => {
      const id = sessionName();
      await store.create(id, 7200, { id: batchId(), ops });
      return id;
    };
    const apply = (id: string, ...ops: Op[]) => store.apply(id, { id: batchId(), ops });
    const say = (content: string): Op => ({ op: 'append', agent: 'a', role: 'user', content });
    const rawNames = async (id: string) => (await store.readRaw(id)).fields.map((field) => field.name.toString());

    it('finds nothing unreadable in a sound session of every kind of field', async () => {
      const id = await opened();
      await apply(id, { op: 'truncate', seq: 2, content: 'a long', cause: 'barge_in' });
      const { type, fields } = await store.readRaw(id);
      expect(type).toBe('hash');
      expect(fields.filter((field) => !field.isReadable).map((field) => field.name.toString())).toEqual([]);
      for (const field of [
        'session',
        'c:k',
        's:name',
        'o:balance',
        'm:1:a',
        't:2',
        'p:a',
        'ls:llm',
        'ah',
        'e:1',
        'pq',
      ]) {
        expect(fields.map((one) => one.name.toString())).toContain(field);
      }
      expect(await store.repair(id)).toEqual({ revision: 3, quarantined: [], isHeaderRebuilt: false });
    });

    const kinds: readonly [what: string, field: string, text: string][] = [
      ['a context value that is no JSON', 'c:k', '{"broken'],
      ['a message that is no JSON', 'm:1:a', '{'],
      ['a message of a wrong type', 'm:1:a', '5'],
      ['a slot that is two values', 's:name', '1,2'],
      ['a tool output that is empty', 'o:balance', ''],
      ['a prompt of a wrong type', 'p:a', '{"a":1}'],
      ['a cut of a wrong type', 't:2', '{"a":1}'],
      ['figures of a wrong type', 'ls:llm', 'four words of text'],
      ['an epoch that is no number', 'ep', '"one"'],
      ['a queue that is none', 'pq', 'queue'],
      ['something queued of a wrong type', 'q:1', '[1]'],
      ['a lease that is none', 'tl', 'x y "z"'],
      ['an event of a wrong type', 'v:1:0', '[1]'],
      ['agents that are none', 'ah', '7'],
      ['a megabyte that is no JSON', 'c:k', MEGABYTE],
      ['a megabyte where numbers belong', 'pq', MEGABYTE],
    ];

    it.each(kinds)('%s is told apart, leaves other sessions alone and can be taken out', async (_what, field, text) => {
      const id = await opened();
      const other = await opened();
      await apply(id, { op: 'truncate', seq: 2, content: 'a long' });
      await harness.corrupt(id, field, text);
      expect(isReadableField(field, text)).toBe(false);
      expect(await refusal(store.load(id))).toBe('session_corrupt');

      await apply(other, say('goes on'));
      expect((await store.load(other)).revision).toBe(2);
      const { fields } = await store.readRaw(id);
      const damaged = fields.filter((one) => !one.isReadable);
      expect(damaged.map((one) => [one.name.toString(), one.value.toString()])).toEqual([[field, text]]);

      const repair = await store.repair(id);
      expect(repair).toMatchObject({ revision: 3, isHeaderRebuilt: false });
      const taken = repair.quarantined.map((one) => one.name.toString());
      expect(taken).toContain(field);
      const state = await store.load(id);
      expect(state.revision).toBe(3);
      // Whatever was not taken out is as it was.
      const before = new Set(fields.map((one) => one.name.toString()));
      const after = await rawNames(id);
      const kept = after.filter((one) => !one.startsWith('x:'));
      expect(new Set([...kept, ...taken])).toEqual(before);
      // And what was taken out is kept.
      const quarantine = (await store.readRaw(id)).fields.filter((one) => one.name.toString().startsWith('x:'));
      expect(quarantine.map((one) => one.value.toString())).toContain(text);
      expect(quarantine).toHaveLength(taken.length);
      await apply(id, say('after'), { op: 'recordLatency', stage: 'llm', seconds: 2 });
      await apply(id, { op: 'setInterrupted', value: true }, { op: 'enqueuePlayback', message: { text: 'x' } });
      const messages = threadMessages((await store.load(id)).history.get('a'));
      expect(messages.at(-1)?.content).toBe('after');
    });

    it('takes a megabyte that can be read for what it is', async () => {
      const id = await opened();
      await harness.corrupt(id, 'c:k', JSON.stringify(MEGABYTE));
      expect((await store.load(id)).context.get('k')).toBe(MEGABYTE);
      expect((await store.repair(id)).quarantined).toEqual([]);
    });

    it.each([
      ['figures', 'ls:llm', { op: 'recordLatency', stage: 'llm', seconds: 2 }],
      ['an epoch', 'ep', { op: 'setInterrupted', value: true }],
      ['a queue', 'pq', { op: 'enqueuePlayback', message: { text: 'x' } }],
      ['a lease', 'tl', { op: 'takeLease', fence: 2, until: 9, holder: 'h' }],
      ['agents', 'ah', { op: 'recordLatency', stage: 'llm', seconds: 2 }],
    ] as const)('refuses a batch that needs %s it cannot read, for good and whole', async (_what, field, op) => {
      const id = await opened();
      await harness.corrupt(id, field, 'neither a number nor JSON');
      expect(await refusal(apply(id, say('lost'), op as Op))).toBe('session_corrupt');
      expect(await store.readRevision(id)).toBe(1);
      expect(await rawNames(id)).not.toContain('m:3:a');
    });

    it('tells whoever watches to look again, in whatever process', async () => {
      const id = await opened();
      const events: FeedEvent[] = [];
      const stop = await harness.peer.watch(id, (event) => events.push(event));
      await harness.corrupt(id, 'c:k', '{');
      await store.repair(id);
      await until(() => events.length > 0);
      expect(events).toEqual([{ kind: 'gap' }]);
      await stop();
    });

    it('of a later layout is refused everywhere, shown, and never repaired', async () => {
      const id = await opened();
      await harness.writeLayout(id, '2');
      const calls = [
        () => store.load(id),
        () => store.readRevision(id),
        () => store.readContext(id, 'k'),
        () => store.readHistory(id, 'a', -1, 10),
        () => store.readPlayback(id),
        () => store.readAgentChanges(id),
        () => apply(id, say('lost')),
        () => store.end(id),
      ];
      for (const call of calls) expect(await refusal(call())).toBe('session_corrupt');
      const before = (await store.readRaw(id)).fields;
      expect(before.find((field) => field.name.toString() === 'session')?.value.toString()).toMatch(/^2 1 2 /);
      expect(await refusal(store.repair(id))).toBe('repair_refused');
      expect((await store.readRaw(id)).fields).toEqual(before);
    });

    it('of an older service is shown and not repaired', async () => {
      const id = sessionName();
      await harness.writeLegacy(id, { corememory: '{}', chat_history: '{}' });
      await harness.corrupt(id, 'corememory', '{"broken');
      expect((await store.readRaw(id)).fields.map((field) => field.value.toString())).toEqual(['{}', '{"broken']);
      expect(await refusal(store.repair(id))).toBe('repair_refused');
    });

    it('is neither shown nor repaired where there is none, or none any more', async () => {
      const id = await opened();
      await store.end(id);
      for (const call of [(one: string) => store.readRaw(one), (one: string) => store.repair(one)]) {
        expect(await refusal(call('never-was'))).toBe('session_not_found');
        expect(await refusal(call(id))).toBe('session_ended');
      }
    });
  });
}
