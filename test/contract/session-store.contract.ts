import type { JsonObject } from '../../src/common/json';
import type { ErrorCode } from '../../src/common/error-catalogue';
import { bucketOf, bucketSeconds } from '../../src/store/latency-buckets';
import type { AgentTrail } from '../../src/store/agent-state';
import type { ChangeAgentsOp, Op } from '../../src/store/ops';
import type { SessionState } from '../../src/store/session-state';
import { threadMessages } from '../../src/store/session-state';
import {
  type Change,
  type FeedEvent,
  KEPT_CHANGES,
  MAX_KEPT_CHANGE_BYTES,
  RECENT_SAMPLES,
  type SessionStore,
} from '../../src/store/session-store';
import { until } from '../support/until';

/** What the suite needs of an adapter beside the port. Implement it to run the suite on a store of your own. */
export interface StoreHarness {
  readonly store: SessionStore;
  /** Another store object on the same data, as a second process would have it; the same one where there can be none. */
  readonly peer: SessionStore;
  /** Moves time on, for the store's expiry as for its clock. Nothing sleeps. */
  advance(seconds: number): Promise<void>;
  /** Seconds since the epoch on the store's clock. */
  now(): number;
  /** Writes a session as an older service does: its two fields, nothing else. */
  writeLegacy(sessionId: string, fields: Readonly<Record<string, string>>): Promise<void>;
  /** Puts raw text into a field, as a fault would. */
  corrupt(sessionId: string, field: string, text: string): Promise<void>;
  close(): Promise<void>;
}

let unique = 0;
const batchId = () => `batch-${(unique += 1)}`;
const sessionName = () => `s-${process.pid}-${(unique += 1)}`;
const say = (agent: string, content: string): Op => ({ op: 'append', agent, role: 'user', content });

async function refusal(promise: Promise<unknown>): Promise<ErrorCode | 'resolved'> {
  return promise.then(
    () => 'resolved' as const,
    (error: { code: ErrorCode }) => error.code,
  );
}

function contents(state: SessionState, agent: string): string[] {
  return threadMessages(state.history.get(agent)).map((message) => message.content);
}

/** The promises of {@link SessionStore}, for any adapter. */
export function describeSessionStore(name: string, open: () => Promise<StoreHarness>): void {
  describe(`${name} keeps the contract of the session store`, () => {
    let harness: StoreHarness;
    let store: SessionStore;

    beforeAll(async () => {
      harness = await open();
      store = harness.store;
    });
    afterAll(() => harness.close());

    const opened = async (ops: Op[] = [], ttlSeconds = 7200): Promise<string> => {
      const id = sessionName();
      await store.create(id, ttlSeconds, { id: batchId(), ops });
      return id;
    };
    const apply = (id: string, ...ops: Op[]) => store.apply(id, { id: batchId(), ops });
    const change = (after: number, members: Partial<ChangeAgentsOp> = {}): ChangeAgentsOp => ({
      op: 'changeAgents',
      after,
      records: {},
      entry: { note: `number ${after + 1}` },
      digest: `d${after + 1}`,
      keep: 200,
      keepBytes: 1_000_000,
      experiment: null,
      ...members,
    });

    describe('opening and ending', () => {
      it('opens a session at revision 1 with what it is given', async () => {
        const id = sessionName();
        const ops: Op[] = [{ op: 'setContext', key: 'tier', value: 'gold' }];
        const receipt = await store.create(id, 60, { id: batchId(), ops });
        expect(receipt).toEqual({ revision: 1, messages: [], at: harness.now() });
        const state = await store.load(id);
        expect(state).toMatchObject({
          sessionId: id,
          revision: 1,
          createdAt: harness.now(),
          updatedAt: harness.now(),
          ttlSeconds: 60,
          expiresAt: harness.now() + 60,
          lastSeq: 0,
        });
        expect(state.context).toEqual(new Map([['tier', 'gold']]));
      });

      it('refuses a second opening, unless it is the first one sent again', async () => {
        const id = sessionName();
        const batch = { id: batchId(), ops: [say('a', 'hello')] };
        const first = await store.create(id, 60, batch);
        expect(await refusal(store.create(id, 60, { id: batchId(), ops: [] }))).toBe('session_exists');
        expect(await store.create(id, 60, batch)).toEqual({ ...first, repeated: true });
        expect(contents(await store.load(id), 'a')).toEqual(['hello']);
      });

      it('opens a session once when many try at once, and answers the one that won as often as it is sent', async () => {
        const id = sessionName();
        const batches = Array.from({ length: 6 }, (_, index) => ({ id: batchId(), ops: [say('a', `${index}`)] }));
        const attempts = batches.flatMap((batch) => [store, harness.peer].map((writer) => ({ writer, batch })));
        const outcomes = await Promise.all(
          attempts.map(async ({ writer, batch }) => ({ batch, outcome: await refusal(writer.create(id, 60, batch)) })),
        );
        const won = outcomes.filter(({ outcome }) => outcome === 'resolved');
        expect(new Set(won.map(({ batch }) => batch)).size).toBe(1);
        expect(won).toHaveLength(2);
        expect(outcomes.filter(({ outcome }) => outcome === 'session_exists')).toHaveLength(10);
        const state = await store.load(id);
        expect(contents(state, 'a')).toEqual(won[0]?.batch.ops.map((op) => 'content' in op && op.content));
        expect(state.revision).toBe(1);
      });

      it('leaves nothing of an opening that is refused', async () => {
        const id = sessionName();
        const ops: Op[] = [say('a', 'x'), { op: 'truncate', seq: 2, content: '' }];
        expect(await refusal(store.create(id, 60, { id: batchId(), ops }))).toBe('message_not_found');
        expect(await refusal(store.load(id))).toBe('session_not_found');
        expect(await store.create(id, 60, { id: batchId(), ops: [] })).toMatchObject({ revision: 1 });
      });

      it('takes nothing after the end, however many write at that moment', async () => {
        const id = await opened();
        const write = (writer: SessionStore) => refusal(writer.apply(id, { id: batchId(), ops: [say('a', 'x')] }));
        const early = Array.from({ length: 10 }, (_, index) => write(index % 2 ? store : harness.peer));
        const ending = refusal(store.end(id));
        const late = Array.from({ length: 10 }, (_, index) => write(index % 2 ? store : harness.peer));
        expect(await ending).toBe('resolved');
        const outcomes = await Promise.all([...early, ...late]);
        expect(outcomes.filter((outcome) => outcome !== 'resolved' && outcome !== 'session_ended')).toEqual([]);
        expect(await refusal(store.load(id))).toBe('session_ended');
        expect(await write(harness.peer)).toBe('session_ended');
      });

      it('tells a session that never was from one that has ended', async () => {
        const unknown = sessionName();
        const ended = await opened([say('a', 'gone')]);
        await store.end(ended);
        for (const [id, code] of [
          [unknown, 'session_not_found'],
          [ended, 'session_ended'],
        ] as const) {
          expect(await refusal(store.load(id))).toBe(code);
          expect(await refusal(apply(id, say('a', 'late')))).toBe(code);
          expect(await refusal(store.readRevision(id))).toBe(code);
          expect(await refusal(store.readContext(id, 'x'))).toBe(code);
          expect(await refusal(store.readHistory(id, 'a', -1, 10))).toBe(code);
          expect(await refusal(store.end(id))).toBe(code);
        }
      });

      it('forgets after a while that a session has ended', async () => {
        const id = await opened();
        await store.end(id);
        await harness.advance(601);
        expect(await refusal(store.load(id))).toBe('session_not_found');
      });

      it('opens an ended id anew, with nothing of what was', async () => {
        const id = await opened([say('a', 'before'), { op: 'setSlots', slots: { city: 'Rome' } }]);
        await store.end(id);
        expect((await store.create(id, 60, { id: batchId(), ops: [] })).revision).toBe(1);
        const state = await store.load(id);
        expect(state.history.size + state.slots.size).toBe(0);
      });
    });

    describe('expiry', () => {
      it('lets a session go when its time is over', async () => {
        const id = await opened([say('a', 'hi')], 60);
        await harness.advance(59);
        expect((await store.load(id)).revision).toBe(1);
        await harness.advance(2);
        expect(await refusal(store.load(id))).toBe('session_not_found');
        expect(await refusal(apply(id, say('a', 'late')))).toBe('session_not_found');
      });

      it('refreshes the time to live with every batch, and only then', async () => {
        const id = await opened([], 60);
        await harness.advance(50);
        await apply(id, say('a', 'still here'));
        await harness.advance(50);
        const state = await store.load(id);
        expect(state.expiresAt).toBeCloseTo(harness.now() + 10, 3);
        await harness.advance(11);
        expect(await refusal(store.load(id))).toBe('session_not_found');
      });

      it('is not put off by a batch that was applied before, nor by one that is refused', async () => {
        const id = await opened([], 60);
        const batch = { id: batchId(), ops: [say('a', 'once')] };
        await store.apply(id, batch);
        await harness.advance(50);
        await store.apply(id, batch);
        expect(await refusal(apply(id, { op: 'truncate', seq: 99, content: '' }))).toBe('message_not_found');
        expect((await store.load(id)).expiresAt).toBeCloseTo(harness.now() + 10, 3);
        await harness.advance(11);
        expect(await refusal(store.load(id))).toBe('session_not_found');
      });

      it('opens an expired id anew, with nothing of what was', async () => {
        const id = await opened([say('a', 'before'), { op: 'recordLatency', stage: 'stt', seconds: 1 }], 60);
        await harness.advance(61);
        await store.create(id, 60, { id: batchId(), ops: [] });
        const state = await store.load(id);
        expect([state.history.size, state.latency.size, state.lastSeq]).toEqual([0, 0, 0]);
      });
    });

    describe('batches', () => {
      it('number messages across agents and grow the revision by one each', async () => {
        const id = await opened();
        const first = await apply(id, say('a', '1'), say('b', '2'));
        const second = await apply(id, say('a', '3'));
        expect(first).toMatchObject({ revision: 2, messages: [1, 2] });
        expect(second).toMatchObject({ revision: 3, messages: [3] });
        expect(await store.readRevision(id)).toBe(3);
        const state = await store.load(id);
        expect(contents(state, 'a')).toEqual(['1', '3']);
        expect(contents(state, 'b')).toEqual(['2']);
        expect(state.lastSeq).toBe(3);
      });

      it('are applied once, however often they are sent, and answer as they did the first time', async () => {
        const id = await opened();
        const batch = { id: batchId(), ops: [say('a', 'once')] };
        const first = await store.apply(id, batch);
        await apply(id, say('a', 'later'));
        await harness.advance(5);
        expect(await harness.peer.apply(id, batch)).toEqual({ ...first, repeated: true });
        expect(await store.apply(id, batch)).toEqual({ ...first, repeated: true });
        const state = await store.load(id);
        expect(contents(state, 'a')).toEqual(['once', 'later']);
        expect(state.revision).toBe(3);
      });

      it('are refused under the id of another batch', async () => {
        const id = await opened();
        const batch = { id: batchId(), ops: [say('a', 'this')] };
        await store.apply(id, batch);
        expect(await refusal(store.apply(id, { ...batch, ops: [say('a', 'that')] }))).toBe('idempotency_key_reused');
        expect((await store.load(id)).revision).toBe(2);
      });

      it('are applied once when several writers send one at the same moment', async () => {
        const id = await opened();
        const batch = { id: batchId(), ops: [say('a', 'once'), { op: 'mergeContext', key: 'k', value: {} } as Op] };
        const writers = [store, harness.peer, store, harness.peer, store, harness.peer];
        const receipts = await Promise.all(writers.map((writer) => writer.apply(id, batch)));
        const once = { revision: 2, messages: [1], at: harness.now() };
        const answers = receipts.filter(({ repeated }) => !repeated);
        expect(answers).toEqual([once]);
        expect(receipts.filter(({ repeated }) => repeated)).toEqual(
          Array.from({ length: receipts.length - 1 }, () => ({ ...once, repeated: true })),
        );
        expect(contents(await store.load(id), 'a')).toEqual(['once']);
      });

      it('are told apart by the smallest difference', async () => {
        const message = { op: 'append', agent: 'a', role: 'user', content: 'x' } as const;
        const sample = { op: 'recordLatency', stage: 's', seconds: 1 } as const;
        const pairs: [Op[], Op[]][] = [
          [[message], [{ ...message, role: 'tool' }]],
          [[message], [{ ...message, role: 'system' }]],
          [[message], [{ ...message, at: 0 }]],
          [[message], [{ ...message, meta: {} }]],
          [[message], [{ ...message, content: 'x ' }]],
          [[message], [message, message]],
          [[message], []],
          [[sample], [{ ...sample, run: 's' }]],
          [[sample], [{ ...sample, seconds: 1.0000000000000002 }]],
          [[{ op: 'clearHistory' }], [{ op: 'clearHistory', agent: 'a' }]],
          [[{ op: 'setContext', key: 'k', value: {} }], [{ op: 'mergeContext', key: 'k', value: {} }]],
          [[{ op: 'setContext', key: 'k', value: 1 }], [{ op: 'setContext', key: 'k', value: '1' }]],
          [[{ op: 'setContext', key: 'k', value: [] }], [{ op: 'setContext', key: 'k', value: {} }]],
          [[{ op: 'setSlots', slots: { a: 1, b: 2 } }], [{ op: 'setSlots', slots: { a: 1 } }]],
        ];
        for (const [ops, others] of pairs) {
          const id = await opened();
          await store.apply(id, { id: 'same', ops });
          expect([others, await refusal(store.apply(id, { id: 'same', ops: others }))]).toEqual([
            others,
            'idempotency_key_reused',
          ]);
        }
      });

      it('remember the last 256 ids and no end of them', async () => {
        const id = await opened();
        const batches = Array.from({ length: 2100 }, (_, index) => ({ id: `m${index}`, ops: [say('a', `${index}`)] }));
        await Promise.all(batches.map((batch) => store.apply(id, batch)));
        await Promise.all(batches.slice(-256).map((batch) => store.apply(id, batch)));
        const state = await store.load(id);
        expect(state.revision).toBe(2101);
        const remembered = new Set(batches.slice(-512).map((batch) => batch.id));
        expect([...state.batchIds].filter((known) => !remembered.has(known))).toEqual([]);
        expect([...state.batchIds]).toEqual(expect.arrayContaining(['m1844', 'm2099']));
      }, 60_000);

      it('are what they were when they were given, whatever becomes of the objects since', async () => {
        const id = await opened();
        const value = { n: 1 };
        const written = store.apply(id, { id: batchId(), ops: [{ op: 'setContext', key: 'k', value }] });
        value.n = 2;
        await written;
        expect(await store.readContext(id, 'k')).toEqual({ n: 1 });
        value.n = 3;
      });

      it('are refused beyond 256 operations', async () => {
        const id = await opened();
        const ops = Array.from({ length: 257 }, (): Op => ({ op: 'setInterrupted', value: true }));
        expect(await refusal(apply(id, ...ops))).toBe('batch_too_large');
        expect((await apply(id, ...ops.slice(1))).revision).toBe(2);
      });

      it('are applied whole or not at all', async () => {
        const id = await opened([say('a', 'one')]);
        const before = await store.load(id);
        const batch: Op[] = [
          say('a', 'two'),
          { op: 'setContext', key: 'k', value: 1 },
          { op: 'truncate', seq: 99, content: '' },
        ];
        expect(await refusal(apply(id, ...batch))).toBe('message_not_found');
        expect(await store.load(id)).toEqual(before);
      });

      it('of many writers at once lose nothing, double nothing and number every message once', async () => {
        const id = await opened();
        const writers = [store, harness.peer, store, harness.peer];
        const receipts = await Promise.all(
          writers.flatMap((writer, w) =>
            Array.from({ length: 50 }, (_, index) =>
              writer.apply(id, { id: batchId(), ops: [say(`agent-${w}`, `${index}`)] }),
            ),
          ),
        );
        const seqs = receipts.flatMap((receipt) => receipt.messages).sort((left, right) => left - right);
        expect(seqs).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
        const state = await store.load(id);
        for (const agent of ['agent-0', 'agent-1', 'agent-2', 'agent-3']) {
          expect(contents(state, agent)).toEqual(Array.from({ length: 50 }, (_, index) => `${index}`));
        }
      });

      it('refuse an id that could not be a field of its own', async () => {
        const id = await opened();
        for (const bad of ['', 'a b', 'a\u001fb', 'x'.repeat(129), 'é']) {
          expect(await refusal(store.apply(id, { id: bad, ops: [] }))).toBe('validation_failed');
        }
      });
    });

    describe('operations', () => {
      it('keep any JSON value exactly: digits, empty lists, odd strings and odd keys', async () => {
        const odd = JSON.parse(
          '{"__proto__":{"polluted":true},"constructor":"c","empty":[],"none":{},"nil":null,"pi":3.141592653589793,' +
            '"big":9007199254740991,"tiny":5e-324,"text":"\\u0000\\u001f\\u2028 \\ud83d\\ude00 \\ud800 \\"\\\\","deep":[[[{}]]]}',
        ) as JsonObject;
        const id = await opened([
          { op: 'setContext', key: '__proto__', value: odd },
          { op: 'setSlots', slots: odd },
          { op: 'setToolOutput', tool: 'constructor', output: odd },
          { op: 'append', agent: 'hasOwnProperty', role: 'tool', content: odd['text'] as string, meta: odd },
        ]);
        const state = await store.load(id);
        expect(JSON.stringify(state.context.get('__proto__'))).toBe(JSON.stringify(odd));
        expect(Object.fromEntries(state.slots)).toEqual(odd);
        expect(JSON.stringify(state.toolOutputs.get('constructor'))).toBe(JSON.stringify(odd));
        expect(state.history.get('hasOwnProperty')?.messages[0]).toMatchObject({ content: odd['text'], role: 'tool' });
        expect(JSON.stringify(state.history.get('hasOwnProperty')?.messages[0]?.meta)).toBe(JSON.stringify(odd));
        expect(await store.readContext(id, '__proto__')).toEqual(odd);
        expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
      });

      it('keep names that look like fields of the store apart', async () => {
        const names = ['v', 'revision', 'm:1:a', ':', 'a:b', '1', 'ls:stt', 'corememory', 'ended', '😀'];
        const id = await opened(
          names.flatMap((key): Op[] => [
            { op: 'setContext', key, value: `c ${key}` },
            { op: 'setSlots', slots: { [key]: `s ${key}` } },
            say(key, `m ${key}`),
            { op: 'recordLatency', stage: key, seconds: 0.5 },
          ]),
        );
        const state = await store.load(id);
        for (const key of names) {
          expect(state.context.get(key)).toBe(`c ${key}`);
          expect(state.slots.get(key)).toBe(`s ${key}`);
          expect(contents(state, key)).toEqual([`m ${key}`]);
          expect(state.latency.get(key)?.count).toBe(1);
        }
      });

      it('set, merge and delete context keys, in the order of the batch', async () => {
        const id = await opened();
        await apply(
          id,
          { op: 'mergeContext', key: 'm', value: { a: 1, b: [1, { x: '}",{' }], ']': '[' } },
          { op: 'mergeContext', key: 'm', value: { b: null, 'c"\\': '"\\' } },
          { op: 'setContext', key: 'n', value: [1] },
          { op: 'mergeContext', key: 'n', value: { over: 'list' } },
          { op: 'setContext', key: 'gone', value: 1 },
          { op: 'deleteContext', key: 'gone' },
          { op: 'deleteContext', key: 'never' },
        );
        await apply(id, { op: 'mergeContext', key: 'm', value: { a: { nested: [] }, d: 1.1 } });
        const state = await store.load(id);
        expect(Object.fromEntries(state.context)).toEqual({
          m: { a: { nested: [] }, b: null, ']': '[', 'c"\\': '"\\', d: 1.1 },
          n: { over: 'list' },
        });
        expect(await store.readContext(id, 'gone')).toBeUndefined();
      });

      it('set the active agent and the interruption as context keys', async () => {
        const id = await opened([
          { op: 'setActiveAgent', agent: 'Fraud "1"' },
          { op: 'setInterrupted', value: true },
        ]);
        expect(Object.fromEntries((await store.load(id)).context)).toEqual({
          active_agent: 'Fraud "1"',
          tts_interrupted: true,
        });
        await apply(id, { op: 'setInterrupted', value: false });
        expect(await store.readContext(id, 'tts_interrupted')).toBe(false);
      });

      it('keep the time a client gives, and their own where it gives none', async () => {
        const id = await opened([{ op: 'append', agent: 'a', role: 'user', content: 'x', at: 12.345 }, say('a', 'y')]);
        const messages = (await store.load(id)).history.get('a')?.messages;
        expect(messages?.map((message) => message.at)).toEqual([12.345, harness.now()]);
      });

      it('cut a reply to what was heard and keep the whole', async () => {
        const id = await opened([
          say('a', 'q'),
          { op: 'append', agent: 'a', role: 'assistant', content: 'a long reply', meta: { m: 1 } },
        ]);
        await apply(id, { op: 'truncate', seq: 2, content: 'a long' });
        await apply(id, { op: 'truncate', seq: 2, content: 'a' });
        const message = (await store.load(id)).history.get('a')?.messages[1];
        expect(message).toMatchObject({ seq: 2, content: 'a', meta: { m: 1, generated: 'a long reply' } });
        const page = await store.readHistory(id, 'a', 1, 10);
        expect(page.messages).toEqual([message]);
      });

      it('cut a reply and keep why, with an epoch and without, and tell both to who listens', async () => {
        const id = await opened([{ op: 'append', agent: 'a', role: 'assistant', content: 'a long reply' }]);
        const cuts: Op[] = [
          { op: 'truncate', seq: 1, content: 'a long', cause: 'barge_in', epoch: 0 },
          { op: 'truncate', seq: 1, content: 'a', cause: 'barge_in' },
        ];
        const told: Op[] = [];
        const stop = await harness.peer.watch(id, (event) => void (event.kind === 'change' && told.push(...event.ops)));
        for (const cut of cuts) await apply(id, cut);
        await until(() => told.length === 2);
        await stop();
        expect(told).toEqual(cuts);
        const { history } = await store.load(id);
        const meta = { generated: 'a long reply', interrupted: { cause: 'barge_in', offset: 1 } };
        expect(history.get('a')?.messages[0]).toMatchObject({ content: 'a', meta });
      });

      it('replace the system prompt and never double it, wherever it came from', async () => {
        const id = await opened([
          { op: 'append', agent: 'a', role: 'system', content: 'appended first' },
          say('a', 'hi'),
        ]);
        await apply(id, { op: 'systemPrompt', agent: 'a', content: 'one' });
        await apply(id, { op: 'systemPrompt', agent: 'a', content: 'two' }, say('a', 'more'));
        await apply(
          id,
          { op: 'systemPrompt', agent: 'b', content: 'b first' },
          { op: 'systemPrompt', agent: 'b', content: 'b' },
        );
        const state = await store.load(id);
        expect(contents(state, 'a')).toEqual(['two', 'hi', 'more']);
        expect(state.history.get('a')?.prompt).toMatchObject({ seq: 0, role: 'system' });
        expect(contents(state, 'b')).toEqual(['b']);
      });

      it('leave a system message in the middle of a thread alone', async () => {
        const id = await opened([say('a', 'hi'), { op: 'append', agent: 'a', role: 'system', content: 'note' }]);
        await apply(id, { op: 'systemPrompt', agent: 'a', content: 'prompt' });
        expect(contents(await store.load(id), 'a')).toEqual(['prompt', 'hi', 'note']);
      });

      it('clear one thread or all, and go on numbering', async () => {
        const id = await opened([say('a', '1'), say('b', '2'), { op: 'systemPrompt', agent: 'a', content: 'p' }]);
        await apply(id, { op: 'truncate', seq: 1, content: '' }, { op: 'clearHistory', agent: 'a' }, say('a', '3'));
        let state = await store.load(id);
        expect(contents(state, 'a')).toEqual(['3']);
        expect(contents(state, 'b')).toEqual(['2']);
        expect(await refusal(apply(id, { op: 'truncate', seq: 1, content: 'cleared' }))).toBe('resolved');
        await apply(id, say('b', '4'), { op: 'clearHistory' }, say('b', '5'));
        state = await store.load(id);
        expect([...state.history.keys()]).toEqual(['b']);
        expect(state.history.get('b')?.messages).toMatchObject([{ seq: 5, content: '5' }]);
      });
    });

    describe('operations that look at the whole session', () => {
      const elapsedMs = async (work: () => Promise<unknown>) => {
        const startedMs = performance.now();
        await work();
        return performance.now() - startedMs;
      };
      const times = (count: number, make: (index: number) => Op[]) =>
        Array.from({ length: count }, (_, i) => make(i)).flat();

      it.each<[string, number, (index: number) => Op[]]>([
        ['clearing', 256, () => [{ op: 'clearHistory', agent: 'nobody' }]],
        ['clearing all', 128, (index) => [say('a', `${index}`), { op: 'clearHistory' }]],
        [
          'prompting',
          128,
          (index) => [
            { op: 'append', agent: `p${index}`, role: 'system', content: 's' },
            { op: 'systemPrompt', agent: `p${index}`, content: 'p' },
          ],
        ],
        ['merging', 256, (index) => [{ op: 'mergeContext', key: 'large', value: { [`k${index}`]: index } }]],
      ])('look once a batch: %s', async (_name, count, make) => {
        const large = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`m${index}`, index]));
        const id = await opened([
          { op: 'setSlots', slots: large },
          { op: 'setContext', key: 'large', value: large },
        ]);
        for (let batch = 0; batch < 16; batch += 1) await apply(id, ...times(256, (index) => [say('a', `${index}`)]));
        const once = await elapsedMs(() => apply(id, ...make(1000)));
        const often = await elapsedMs(() => apply(id, ...times(count, make)));
        // Not in proportion to the operations: what a busy machine adds is little beside two hundred times as much.
        expect(often).toBeLessThan(20 * once + 300);
      });
    });

    describe('changes of agents', () => {
      it('set, replace and remove records, each with the revision that set it', async () => {
        const id = await opened();
        await apply(id, change(0, { records: { 'prompt:a': 'one', 'tools:a': [] } }));
        await apply(id, say('a', 'in between'));
        await apply(id, change(1, { records: { 'prompt:a': '', 'tools:a': null } }));
        const { agents, revision } = await harness.peer.load(id);
        expect(revision).toBe(4);
        expect(agents).toMatchObject({ changes: 2, revision: 4, digest: 'd2', experiment: null });
        expect(agents.records).toEqual(new Map([['prompt:a', { value: '', revision: 4 }]]));
      });

      it('keep a member called __proto__ a record', async () => {
        const id = await opened();
        await apply(id, change(0, { records: JSON.parse('{"__proto__": {"x": [1]}}') as JsonObject }));
        const { agents } = await store.load(id);
        expect([...agents.records]).toEqual([['__proto__', { value: { x: [1] }, revision: 2 }]]);
      });

      it('are refused, with all of their batch, where somebody has come before', async () => {
        const id = await opened();
        await apply(id, change(0));
        expect(await refusal(apply(id, say('a', 'lost'), change(0)))).toBe('revision_conflict');
        expect(await refusal(apply(id, change(2)))).toBe('revision_conflict');
        const state = await store.load(id);
        expect([state.revision, contents(state, 'a')]).toEqual([2, []]);
      });

      it('let exactly one of many through that start from the same state', async () => {
        const id = await opened();
        const writers = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : harness.peer));
        const outcomes = await Promise.all(
          writers.map((writer, index) =>
            refusal(writer.apply(id, { id: batchId(), ops: [change(0, { records: { 'prompt:a': `${index}` } })] })),
          ),
        );
        expect(outcomes.filter((outcome) => outcome === 'resolved')).toHaveLength(1);
        expect(outcomes.filter((outcome) => outcome === 'revision_conflict')).toHaveLength(19);
      });

      it('can be part of the opening, and stand several in a batch', async () => {
        const id = await opened([change(0, { records: { a: 1 } }), change(1, { records: { b: 2 } })]);
        const { agents } = await store.load(id);
        expect(agents).toMatchObject({ changes: 2, revision: 1 });
        expect([...agents.records.keys()].sort()).toEqual(['a', 'b']);
      });

      const numbers = ({ changes }: AgentTrail) => changes.map(({ number }) => number);

      it('leave an audit trail, the last entries of which are kept', async () => {
        const id = await opened();
        expect(await store.readAgentChanges(id)).toEqual({ first: 1, changes: [] });
        for (let after = 0; after < 5; after += 1) await apply(id, change(after, { keep: 3 }));
        expect(await harness.peer.readAgentChanges(id)).toEqual({
          first: 3,
          changes: [3, 4, 5].map((number) => ({
            number,
            revision: number + 1,
            digest: `d${number}`,
            entry: { note: `number ${number}` },
          })),
        });
      });

      it('keep as many entries as they are told, whatever they were told before', async () => {
        const id = await opened();
        for (let after = 0; after < 6; after += 1) await apply(id, change(after));
        await apply(id, change(6, { keep: 2 }));
        expect(numbers(await store.readAgentChanges(id))).toEqual([6, 7]);
        await apply(id, change(7));
        expect(numbers(await store.readAgentChanges(id))).toEqual([6, 7, 8]);
      });

      it('keep no more bytes of entries than they are told, and always the last', async () => {
        const id = await opened();
        const entry = { text: 'é'.repeat(1000) };
        for (let after = 0; after < 4; after += 1) await apply(id, change(after, { entry, keepBytes: 5000 }));
        expect(numbers(await store.readAgentChanges(id))).toEqual([3, 4]);
        await apply(id, change(4, { entry, keepBytes: 10 }));
        expect(await store.readAgentChanges(id)).toMatchObject({ first: 5, changes: [{ number: 5, entry }] });
      });

      it('have no trail in a session that is not there', async () => {
        expect(await refusal(store.readAgentChanges(sessionName()))).toBe('session_not_found');
        const id = await opened();
        await store.end(id);
        expect(await refusal(store.readAgentChanges(id))).toBe('session_ended');
      });

      it('are told to every watcher', async () => {
        const id = await opened();
        const events: FeedEvent[] = [];
        const stop = await harness.peer.watch(id, (event) => events.push(event));
        const op = change(0, {
          records: { 'prompt:a': 'a\u001fb', gone: null },
          experiment: { id: 'e 1', variant: 'b "2"' },
        });
        await apply(id, op);
        while (events.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        expect(events).toMatchObject([{ kind: 'change', revision: 2, ops: [op] }]);
        await stop();
      });

      it('mark the receipts and samples that come after them', async () => {
        const id = await opened();
        expect((await apply(id, say('a', 'x'))).inEffect).toBeUndefined();
        const sample = (seconds: number): Op => ({ op: 'recordLatency', stage: 'llm', seconds });
        const experiment = { id: 'greeting', variant: 'short' };
        await apply(id, sample(1), { op: 'setActiveAgent', agent: 'Front' }, sample(2));
        const receipt = await apply(id, change(0, { experiment }), sample(3));
        expect(receipt.inEffect).toEqual({ agent: 'Front', agentsRevision: 4, experiment });
        await apply(id, { op: 'deleteContext', key: 'active_agent' }, sample(4));
        await apply(id, { op: 'setContext', key: 'active_agent', value: { not: 'a name' } }, sample(5));
        expect((await store.load(id)).latency.get('llm')?.recent.map((recent) => recent.inEffect)).toEqual([
          undefined,
          { agent: 'Front', agentsRevision: 0, experiment: null },
          { agent: 'Front', agentsRevision: 4, experiment },
          { agent: null, agentsRevision: 4, experiment },
          { agent: null, agentsRevision: 4, experiment },
        ]);
      });

      it.each([
        ['header', 'ah'],
        ['record', 'a:prompt:a'],
      ])('are said to be corrupt where the %s is damaged, and not read as something else', async (_what, field) => {
        const id = await opened([change(0, { records: { 'prompt:a': 'x' } })]);
        await harness.corrupt(id, field, '7');
        expect(await refusal(store.load(id))).toBe('session_corrupt');
      });

      it('keep a batch from being applied where their header is damaged', async () => {
        const id = await opened([change(0)]);
        await harness.corrupt(id, 'ah', '7');
        expect(await refusal(apply(id, { op: 'setContext', key: 'k', value: 1 }))).toBe('session_corrupt');
        expect(await store.readRevision(id)).toBe(1);
      });
    });

    describe('latency', () => {
      it('keeps exact figures, bucket counters within 1 % and the last 32 samples', async () => {
        const id = await opened();
        const seconds = Array.from({ length: 40 }, (_, index) => 0.1 + index / 7);
        for (const value of seconds) {
          await apply(id, { op: 'recordLatency', stage: 'llm', seconds: value, run: 'r', meta: { v: value } });
        }
        const stats = (await store.load(id)).latency.get('llm');
        expect(stats).toMatchObject({ count: 40, min: seconds[0], max: seconds.at(-1) });
        expect(stats?.total).toBe(seconds.reduce((sum, value) => sum + value, 0));
        expect(stats?.recent.map((sample) => sample.seconds)).toEqual(seconds.slice(-32));
        expect(stats?.recent[0]).toEqual({ seconds: seconds[8], at: harness.now(), run: 'r', meta: { v: seconds[8] } });
        const counted = [...(stats?.buckets ?? [])].reduce((sum, [, count]) => sum + count, 0);
        expect(counted).toBe(40);
        for (const value of seconds) {
          expect(stats?.buckets.has(bucketOf(value))).toBe(true);
          expect(Math.abs(bucketSeconds(bucketOf(value)) - value) / value).toBeLessThanOrEqual(0.01 + 1e-9);
        }
      });

      it('adds what two writers and one batch record', async () => {
        const id = await opened();
        const sample = (seconds: number): Op => ({ op: 'recordLatency', stage: 'stt', seconds });
        await Promise.all([
          store.apply(id, { id: batchId(), ops: [sample(1), sample(3), sample(0)] }),
          harness.peer.apply(id, { id: batchId(), ops: [sample(1), sample(1e-7)] }),
        ]);
        const stats = (await store.load(id)).latency.get('stt');
        expect(stats).toMatchObject({ count: 5, min: 0, max: 3, total: 5 + 1e-7 });
        expect(stats?.buckets.get(bucketOf(1))).toBe(2);
      });
    });

    describe('reading', () => {
      it('hands out copies: a change of what was read changes nothing', async () => {
        const id = await opened([{ op: 'setContext', key: 'k', value: { list: [1] } }, say('a', 'x')]);
        const state = await store.load(id);
        (state.context.get('k') as { list: number[] }).list.push(2);
        state.history.get('a')?.messages.pop();
        const again = await store.load(id);
        expect(again.context.get('k')).toEqual({ list: [1] });
        expect(contents(again, 'a')).toEqual(['x']);
      });

      it('pages through one agent of many, the system prompt first', async () => {
        const id = await opened([{ op: 'systemPrompt', agent: 'a', content: 'p' }]);
        const ops = Array.from({ length: 250 }, (_, index) => say(index % 50 === 0 ? 'a' : 'b', `${index}`));
        await apply(id, ...ops);
        await apply(id, ...ops);
        await apply(id, ...ops);
        const expected = threadMessages((await store.load(id)).history.get('a'));
        const seen: unknown[] = [];
        let after: number | null = -1;
        while (after !== null) {
          const page = await store.readHistory(id, 'a', after, 4);
          expect(page.messages.length).toBeLessThanOrEqual(4);
          seen.push(...page.messages);
          after = page.nextAfter;
        }
        expect(seen).toEqual(expected);
        expect(seen).toHaveLength(16);
        expect(await store.readHistory(id, 'nobody', -1, 4)).toEqual({ messages: [], nextAfter: null });
      });

      const QUERY = { contextKeys: ['client_id', 'nothing'], stage: 'turn_e2e' };

      it('shows a session at a glance', async () => {
        const id = await opened([{ op: 'setContext', key: 'client_id', value: 'c-1' }], 60);
        const at = harness.now();
        const nothing = { activeAgent: null, experiment: null, turns: 0, interruptions: 0, lastSample: null };
        const context = new Map([['client_id', 'c-1']]);
        expect(await store.readOverview(id, QUERY)).toEqual({
          ...{ sessionId: id, revision: 1, createdAt: at, updatedAt: at, expiresAt: at + 60, context },
          ...nothing,
        });
        await apply(id, { op: 'setActiveAgent', agent: 'a' }, say('a', '1'), say('b', '2'));
        await apply(
          id,
          { op: 'append', agent: 'a', role: 'assistant', content: 'no turn' },
          { op: 'setInterrupted', value: true },
          change(0, { experiment: { id: 'e', variant: 'v' } }),
        );
        expect(await harness.peer.readOverview(id, QUERY)).toMatchObject({
          ...{ revision: 3, activeAgent: 'a', turns: 2, interruptions: 1, lastSample: null },
          experiment: { id: 'e', variant: 'v' },
        });
      });

      it('shows the last sample of a stage, however many there were, and counts turns that were cleared', async () => {
        const id = await opened();
        for (let turn = 1; turn <= RECENT_SAMPLES + 1; turn += 1) {
          await apply(id, say('a', 'x'), { op: 'recordLatency', stage: 'turn_e2e', seconds: turn });
          if (turn % 16 !== 1) continue;
          expect(await store.readOverview(id, QUERY)).toMatchObject({ turns: turn, lastSample: turn });
        }
        await apply(id, { op: 'clearHistory' });
        expect(await store.readOverview(id, QUERY)).toMatchObject({ turns: RECENT_SAMPLES + 1 });
      });

      it('shows what an older service wrote, before and after the first write', async () => {
        const id = sessionName();
        const history = {
          a: [
            { role: 'user', content: '1' },
            { role: 'assistant', content: '2' },
          ],
        };
        const core = { client_id: 'c', active_agent: 'a' };
        await harness.writeLegacy(id, { corememory: JSON.stringify(core), chat_history: JSON.stringify(history) });
        const before = { revision: 0, activeAgent: 'a', turns: 1, context: new Map([['client_id', 'c']]) };
        expect(await store.readOverview(id, QUERY)).toMatchObject(before);
        await apply(id, say('a', 'x'));
        expect(await store.readOverview(id, QUERY)).toMatchObject({ ...before, revision: 1, turns: 2 });
      });

      it('shows nothing of what is not there', async () => {
        expect(await refusal(store.readOverview(sessionName(), QUERY))).toBe('session_not_found');
        const ended = await opened();
        await store.end(ended);
        expect(await refusal(store.readOverview(ended, QUERY))).toBe('session_ended');
      });

      it('lists every session once, page by page, and neither ended nor expired ones', async () => {
        const ids = new Set<string>();
        for (let index = 0; index < 25; index += 1) ids.add(await opened([{ op: 'setActiveAgent', agent: 'A' }]));
        const ended = await opened();
        await store.end(ended);
        const expired = await opened([], 5);
        await harness.advance(6);
        const found = new Map<string, number>();
        let cursor: string | undefined;
        do {
          const page = await store.list(7, cursor);
          expect(page.sessions.length).toBeLessThanOrEqual(7);
          for (const session of page.sessions) {
            found.set(session.sessionId, (found.get(session.sessionId) ?? 0) + 1);
            if (ids.has(session.sessionId)) expect(session).toMatchObject({ revision: 1, activeAgent: 'A' });
          }
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        for (const id of ids) expect([id, found.get(id)]).toEqual([id, 1]);
        expect([found.has(ended), found.has(expired)]).toEqual([false, false]);
      });

      it('refuses a cursor it did not hand out', async () => {
        for (const cursor of ['x', '', 'bm90IGpzb24', Buffer.from('{"a":1}').toString('base64url')]) {
          expect(await refusal(store.list(5, cursor))).toBe('validation_failed');
        }
      });

      it('says that a session cannot be read, and leaves the others alone', async () => {
        const id = await opened([say('a', 'x')]);
        const other = await opened();
        for (const text of ['{', '1,2', '5', '']) {
          await harness.corrupt(id, 'm:1:a', text);
          expect(await refusal(store.load(id))).toBe('session_corrupt');
        }
        expect((await store.load(other)).revision).toBe(1);
      });
    });

    describe('a batch that meets a damaged value', () => {
      it('is refused whole', async () => {
        const id = await opened([{ op: 'setContext', key: 'k', value: { a: 1 } }]);
        await harness.corrupt(id, 'c:k', '{"broken');
        const batch: Op[] = [say('a', 'x'), { op: 'mergeContext', key: 'k', value: { b: 2 } }];
        expect(await refusal(apply(id, ...batch))).toBe('session_corrupt');
        expect(await store.readRevision(id)).toBe(1);
        await apply(id, { op: 'setContext', key: 'k', value: 'mended' });
        const state = await store.load(id);
        expect([state.lastSeq, state.history.size, state.context.get('k')]).toEqual([0, 0, 'mended']);
      });
    });

    describe('what cannot be read', () => {
      const SECRET = 'the-callers-words';
      /** Fails as an error of the store, and says nothing of what it met. */
      const unreadable = async (promise: Promise<unknown>) => {
        const error: unknown = await promise.catch((reason: unknown) => reason);
        expect(error).toMatchObject({ code: 'session_corrupt' });
        expect(String((error as Error).message)).not.toContain('words');
      };

      it.each(['{', `{"${SECRET}`, `${SECRET}`, '1,2', '5', ''])(
        'is refused by a page of history: %j',
        async (text) => {
          const id = await opened([say('a', 'x')]);
          await harness.corrupt(id, 'm:1:a', text);
          await unreadable(store.readHistory(id, 'a', -1, 10));
        },
      );

      it.each(['{', `{"${SECRET}`, `${SECRET}`, ''])('is refused as a context value: %j', async (text) => {
        const id = await opened([{ op: 'setContext', key: 'k', value: 1 }]);
        await harness.corrupt(id, 'c:k', text);
        await unreadable(store.readContext(id, 'k'));
        expect(await store.readContext(id, 'other')).toBeUndefined();
        await unreadable(store.load(id));
      });

      it('does not stand in the way of the list, nor of an end', async () => {
        const id = await opened([{ op: 'setActiveAgent', agent: 'A' }, say('a', 'x')]);
        await harness.corrupt(id, 'm:1:a', '{');
        const { sessions } = await store.list(1000);
        expect(sessions.map(({ sessionId }) => sessionId)).toContain(id);
        await store.end(id);
        expect(await refusal(store.load(id))).toBe('session_ended');
      });
    });

    describe('the change feed', () => {
      const follow = async (id: string) => {
        const events: FeedEvent[] = [];
        const stop = await harness.peer.watch(id, (event) => events.push(event));
        const until = async (count: number) => {
          for (let turn = 0; events.length < count && turn < 1000; turn += 1) {
            await new Promise((resolve) => setTimeout(resolve, 2));
          }
          return events;
        };
        return { events, stop, until };
      };

      it('tells every watcher of every batch, with its operations, in order', async () => {
        const id = await opened();
        const { until, stop } = await follow(id);
        const ops: Op[] = [
          { op: 'append', agent: 'a', role: 'assistant', content: 'text\u001f"', at: 5, meta: { k: [] } },
          { op: 'truncate', seq: 1, content: 'te' },
          { op: 'systemPrompt', agent: 'a', content: 'p' },
          { op: 'setContext', key: 'k', value: { a: [] } },
          { op: 'mergeContext', key: 'k', value: { b: 1 } },
          { op: 'deleteContext', key: 'z' },
          { op: 'setSlots', slots: JSON.parse('{"__proto__":1,"b":null}') as JsonObject },
          { op: 'setToolOutput', tool: 't', output: [1] },
          { op: 'setInterrupted', value: true },
          { op: 'recordLatency', stage: 's', seconds: 0.25, at: 6, meta: { a: 1 } },
          { op: 'recordLatency', stage: 's', seconds: 0.5, run: 'r' },
          { op: 'setActiveAgent', agent: 'b' },
          { op: 'clearHistory', agent: 'a' },
          { op: 'clearHistory' },
        ];
        const first = { id: batchId(), ops };
        const receipt = await store.apply(id, first);
        await apply(id, say('a', 'next'));
        const events = await until(2);
        expect(events).toMatchObject([{ revision: 2 }, { revision: 3, messages: [2] }]);
        const { revision, messages, at, epoch = 0 } = receipt;
        const change: Change = { kind: 'change', batchId: first.id, ops, revision, messages, at, epoch };
        expect(events[0]).toEqual(change);
        await stop();
      });

      it('does not tell of a batch twice', async () => {
        const id = await opened();
        const { events, until, stop } = await follow(id);
        const batch = { id: batchId(), ops: [say('a', 'x')] };
        await store.apply(id, batch);
        await store.apply(id, batch);
        await apply(id, say('a', 'y'));
        await until(2);
        expect(events.map((event) => event.kind === 'change' && event.revision)).toEqual([2, 3]);
        await stop();
      });

      it('does not let one listener stand in the way of the others, or of the write', async () => {
        const id = await opened();
        const stop = await harness.peer.watch(id, () => {
          throw new Error('a listener at fault');
        });
        const { until, stop: leave } = await follow(id);
        expect((await apply(id, say('a', 'x'))).revision).toBe(2);
        expect(await until(1)).toMatchObject([{ revision: 2 }]);
        await leave();
        await stop();
      });

      it('tells of the end, and nothing more to those who left', async () => {
        const id = await opened();
        const stays = await follow(id);
        const leaves = await follow(id);
        await leaves.stop();
        await store.end(id);
        expect((await stays.until(2)).map(({ kind }) => kind)).toEqual(['ending', 'ended']);
        expect(leaves.events).toEqual([]);
        await stays.stop();
      });
    });

    describe('the changes that are kept', () => {
      const follow = async (id: string) => {
        const told: FeedEvent[] = [];
        await store.watch(id, (event) => told.push(event));
        return told;
      };
      const revisions = async (id: string, after: number) =>
        (await harness.peer.readChanges(id, after))?.changes.map(({ revision }) => revision);

      it('are those that were told, with the time that the session has left', async () => {
        const id = await opened([], 60);
        const told = await follow(id);
        await apply(id, say('a', 'text\u001f"'), { op: 'setInterrupted', value: true });
        await harness.advance(5);
        await apply(id, { op: 'setSlots', slots: JSON.parse('{"__proto__":[],"b":null}') as JsonObject });
        await apply(id, { op: 'recordLatency', stage: 's', seconds: 0.25, run: 'r' });
        const recent = await harness.peer.readChanges(id, 1);
        await until(() => told.length === 3);
        expect(recent?.changes).toEqual(told);
        const { ttlSeconds, expiresAt } = await store.load(id);
        expect(recent).toMatchObject({ ttlSeconds, expiresAt });
        expect(await revisions(id, 3)).toEqual([4]);
      });

      it('are none for who has them all, and unknown for a revision that is yet to come', async () => {
        const id = await opened();
        await apply(id, say('a', 'x'));
        expect(await revisions(id, 2)).toEqual([]);
        expect(await revisions(id, 3)).toBeUndefined();
      });

      it('do not reach back before the opening', async () => {
        const id = await opened();
        expect(await revisions(id, 0)).toBeUndefined();
        expect(await revisions(id, 1)).toEqual([]);
      });

      it('are the last 32', async () => {
        const id = await opened();
        const last = 2 * KEPT_CHANGES + 10;
        for (let revision = 2; revision <= last; revision += 1) await apply(id, say('a', `${revision}`));
        const kept = await harness.peer.readChanges(id, last - KEPT_CHANGES);
        expect(kept?.changes.map(({ ops }) => ops)).toEqual(
          Array.from({ length: KEPT_CHANGES }, (_, index) => [say('a', `${last - KEPT_CHANGES + 1 + index}`)]),
        );
        expect(await revisions(id, last - KEPT_CHANGES - 1)).toBeUndefined();
      });

      it('are not kept where they are long, in bytes', async () => {
        const id = await opened();
        for (let turn = 0; turn < KEPT_CHANGES; turn += 1) await apply(id, say('a', `${turn}`));
        const revision = await store.readRevision(id);
        await apply(id, say('a', 'ü'.repeat(MAX_KEPT_CHANGE_BYTES / 2)));
        await apply(id, say('a', 'ü'.repeat(MAX_KEPT_CHANGE_BYTES / 2 - 100)));
        expect(await revisions(id, revision)).toBeUndefined();
        expect(await revisions(id, revision + 1)).toEqual([revision + 2]);
      });

      it('are told once of a batch that was sent twice, and nothing of one that was refused', async () => {
        const id = await opened();
        const batch = { id: batchId(), ops: [say('a', 'once')] };
        await store.apply(id, batch);
        await harness.peer.apply(id, batch);
        await refusal(apply(id, { op: 'truncate', seq: 99, content: '' }));
        expect(await revisions(id, 1)).toEqual([2]);
      });

      it.each([{}, { agent: 'a' }])('hold nothing that was cleared: %j', async (whose) => {
        const id = await opened([say('a', 'secret')]);
        await apply(id, say('a', 'secret'));
        await apply(id, say('a', 'secret'), { op: 'clearHistory', ...whose });
        await apply(id, say('a', 'open'));
        expect([await revisions(id, 1), await revisions(id, 2)]).toEqual([undefined, undefined]);
        expect(await revisions(id, 3)).toEqual([4]);
      });

      it('are not kept, where one of them cannot be read', async () => {
        const id = await opened();
        for (const text of ['', '{', '2 x', '2 1 1 5 - id\u001fz\u001f', '1 1 1 5 - id\u001f']) {
          await apply(id, say('a', 'x'));
          const revision = await store.readRevision(id);
          await harness.corrupt(id, `f:${revision}`, text);
          expect([text, await revisions(id, revision - 1)]).toEqual([text, undefined]);
        }
      });

      it('of a session of an older service begin with its conversion', async () => {
        const id = sessionName();
        await harness.writeLegacy(id, { corememory: '{"a":1}' });
        expect(await revisions(id, 0)).toBeUndefined();
        await apply(id, say('a', 'first'));
        await apply(id, say('a', 'second'));
        expect([await revisions(id, 0), await revisions(id, 1)]).toEqual([undefined, [2]]);
      });

      it('go with the session', async () => {
        const id = await opened();
        await apply(id, say('a', 'x'));
        await store.end(id);
        expect(await refusal(store.readChanges(id, 1))).toBe('session_ended');
        await store.create(id, 60, { id: batchId(), ops: [] });
        expect(await revisions(id, 1)).toEqual([]);
        await apply(id, say('a', 'another'));
        expect((await store.readChanges(id, 1))?.changes).toMatchObject([{ ops: [say('a', 'another')] }]);
        expect(await refusal(store.readChanges(sessionName(), 1))).toBe('session_not_found');
      });
    });

    describe('sessions of an older service', () => {
      const legacy = (extra: JsonObject = {}) => ({
        corememory: JSON.stringify({ created_at: 1700000000.123456, slots: { city: 'Rome' }, empty: [], ...extra }),
        chat_history: JSON.stringify({
          a: [
            { role: 'system', content: 'p' },
            { role: 'user', content: 'hi', timestamp: 5.5 },
          ],
        }),
      });

      it('load complete before the first write, at revision 0', async () => {
        const id = sessionName();
        await harness.writeLegacy(id, legacy());
        const state = await store.load(id);
        expect(state).toMatchObject({ revision: 0, createdAt: 1700000000.123456, lastSeq: 1 });
        expect(state.context.get('empty')).toEqual([]);
        expect(contents(state, 'a')).toEqual(['p', 'hi']);
        expect(await store.readContext(id, 'empty')).toEqual([]);
        expect(await store.readRevision(id)).toBe(0);
        expect((await store.readHistory(id, 'a', 0, 10)).messages).toMatchObject([{ seq: 1, at: 5.5 }]);
        expect(await refusal(store.create(id, 60, { id: batchId(), ops: [] }))).toBe('session_exists');
      });

      it('are converted by their first write, in the same step and without loss', async () => {
        const id = sessionName();
        await harness.writeLegacy(id, legacy());
        const before = await store.load(id);
        const receipt = await apply(id, say('a', 'new'));
        expect(receipt).toMatchObject({ revision: 1, messages: [2] });
        const after = await store.load(id);
        expect(after.context).toEqual(before.context);
        expect(after.slots).toEqual(before.slots);
        expect(after.history.get('a')?.prompt).toEqual(before.history.get('a')?.prompt);
        expect(contents(after, 'a')).toEqual(['p', 'hi', 'new']);
        expect(after.createdAt).toBe(before.createdAt);
        await apply(id, { op: 'systemPrompt', agent: 'a', content: 'p2' });
        expect(contents(await store.load(id), 'a')).toEqual(['p2', 'hi', 'new']);
      });

      it('take the flag with the session id in its key, and a bare list as history', async () => {
        const id = sessionName();
        await harness.writeLegacy(id, {
          corememory: JSON.stringify({ [`tts_interrupted:${id}`]: true }),
          chat_history: JSON.stringify([{ role: 'user', content: 'bare' }]),
        });
        await apply(id, say('default', 'more'));
        const state = await store.load(id);
        expect(Object.fromEntries(state.context)).toEqual({ tts_interrupted: true });
        expect(contents(state, 'default')).toEqual(['bare', 'more']);
      });

      it('can be ended without having been written', async () => {
        const id = sessionName();
        await harness.writeLegacy(id, legacy());
        await store.end(id);
        expect(await refusal(store.load(id))).toBe('session_ended');
      });

      it('that cannot be read are refused, not written over', async () => {
        const id = sessionName();
        await harness.writeLegacy(id, legacy());
        await harness.corrupt(id, 'corememory', '{"broken');
        expect(await refusal(store.load(id))).toBe('session_corrupt');
        expect(await refusal(apply(id, say('a', 'x')))).toBe('session_corrupt');
      });
    });
  });
}
