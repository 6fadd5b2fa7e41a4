import type { ErrorCode } from '../../../src/common/error-catalogue';
import type { JsonValue } from '../../../src/common/json';
import { isParleyError } from '../../../src/common/parley-error';
import type { Op } from '../../../src/store/ops';
import type { Batch, FeedEvent, Receipt, SessionStore } from '../../../src/store/session-store';
import type { StoreHarness } from '../../contract/session-store.contract';
import { expectWalkedWhole } from './legacy-walk';
import { plainJson, plainLiving, plainMessage, plainState } from './plain';
import { ReferenceSession } from './reference-session';
import type { Draft, Start, Step, Writer } from './steps';

/** The time to live that both harnesses give to a converted session. */
const DEFAULT_TTL_SECONDS = 7200;
/** Batch ids that look like names of fields, members of objects and patterns. */
const ODD_IDS = ['b', '__proto__', '%d', ':', '~!"#$&\'()*+,./<=>?@[]^`{|}\\'];

export const outcomeOf = <T>(promise: Promise<T>): Promise<T | ErrorCode> =>
  promise.catch((error: unknown) => {
    if (isParleyError(error)) return error.code;
    throw error;
  });

/** One session on a real store and in the reference; every step is done on both, and must come out the same. */
export class Comparison {
  private readonly reference = new ReferenceSession(DEFAULT_TTL_SECONDS);
  private readonly sent: Batch[] = [];
  private readonly expected: FeedEvent[] = [];
  private readonly received: FeedEvent[] = [];
  private unwatch: (() => Promise<void>) | undefined;
  private looks = 0;

  constructor(
    private readonly harness: StoreHarness,
    private readonly sessionId: string,
  ) {}

  async begin(start: Start): Promise<void> {
    this.unwatch = await this.harness.peer.watch(this.sessionId, (event) => this.received.push(event));
    if (start.kind === 'opened') {
      await this.run({
        kind: 'create',
        ttlSeconds: start.ttlSeconds,
        draft: { writer: 'store', ops: [], broken: false },
      });
    }
    if (start.kind === 'legacy') {
      const fields = { corememory: JSON.stringify(start.core), chat_history: JSON.stringify(start.history) };
      await this.harness.writeLegacy(this.sessionId, fields);
      const state = await this.harness.store.load(this.sessionId);
      expectWalkedWhole(state, fields);
      this.reference.adoptLegacy(state);
    }
  }

  async run(step: Step): Promise<void> {
    switch (step.kind) {
      case 'create':
        await this.submit('create', step.draft.writer, this.batchOf(step.draft), step.ttlSeconds);
        break;
      case 'apply':
        await this.submit('apply', step.draft.writer, this.batchOf(step.draft));
        break;
      case 'burst':
        await this.burst(step.drafts);
        break;
      case 'again':
        await this.again(step);
        break;
      case 'advance':
        await this.harness.advance(step.seconds);
        break;
      case 'end':
        await this.end(this.writer(step.writer));
        break;
      case 'read':
        await this.read(this.writer(step.writer), step.key, step.agent, step.limit);
    }
    await this.look();
  }

  /** Compares what the watcher was told, and leaves nothing behind. */
  async finish(): Promise<void> {
    for (let turn = 0; this.received.length < this.expected.length && turn < 1000; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(this.received.map(plainEvent)).toEqual(this.expected.map(plainEvent));
    await this.unwatch?.();
    await outcomeOf(this.harness.store.end(this.sessionId));
    await this.harness.advance(601);
  }

  private writer(name: Writer): SessionStore {
    return this.harness[name];
  }

  private batchOf({ ops, broken }: Draft): Batch {
    const now = this.harness.now();
    // Of two reasons to be refused, which one is met first depends on what came before in a burst.
    const taken = withOneReason(broken ? ops.filter(({ op }) => op !== 'changeAgents') : ops, broken);
    const fitted = fittedTo(this.reference.lastSeq(now), this.reference.agentChanges(now), taken);
    if (broken) fitted.push({ op: 'truncate', seq: Number.MAX_SAFE_INTEGER, content: '' });
    const id = `${ODD_IDS[this.sent.length % ODD_IDS.length]}${this.sent.length}`;
    const batch = { id, ops: fitted };
    this.sent.push(batch);
    return batch;
  }

  private async submit(call: 'apply' | 'create', writer: Writer, batch: Batch, ttlSeconds = 100): Promise<void> {
    const store = this.writer(writer);
    const promise =
      call === 'apply' ? store.apply(this.sessionId, batch) : store.create(this.sessionId, ttlSeconds, batch);
    const outcome = await outcomeOf(promise);
    expect(outcome).toEqual(this.advanceReference(call, batch, ttlSeconds));
  }

  private advanceReference(call: 'apply' | 'create', batch: Batch, ttlSeconds = 100): Receipt | ErrorCode {
    const now = this.harness.now();
    const before = this.reference.living(now);
    const revision = typeof before === 'string' ? 0 : before.revision;
    const outcome = call === 'apply' ? this.reference.apply(batch, now) : this.reference.create(ttlSeconds, batch, now);
    if (typeof outcome === 'object' && outcome.revision > revision) {
      this.expected.push({ kind: 'change', batchId: batch.id, ops: batch.ops, ...outcome });
    }
    return outcome;
  }

  private async again({ writer, pick, call, changed }: Extract<Step, { kind: 'again' }>): Promise<void> {
    const earlier = this.sent[pick % Math.max(this.sent.length, 1)];
    if (!earlier) return;
    // A batch that was refused, or belongs to a session that has ended since, is simply sent for the first time.
    const ops: readonly Op[] = changed ? [...earlier.ops, { op: 'deleteContext', key: 'another' }] : earlier.ops;
    await this.submit(call, writer, { id: earlier.id, ops });
  }

  /** In whatever order the store took them: the receipts say, and the reference follows. */
  private async burst(drafts: readonly (Draft & { byBoth: boolean })[]): Promise<void> {
    const submitted = drafts.flatMap((draft) => {
      const batch = this.batchOf(draft);
      const other = draft.writer === 'store' ? 'peer' : 'store';
      return (draft.byBoth ? [draft.writer, other] : [draft.writer]).map((writer) => ({
        writer: writer as Writer,
        batch,
        outcome: outcomeOf(this.writer(writer as Writer).apply(this.sessionId, batch)),
      }));
    });
    const settled = await Promise.all(submitted.map(async (one) => ({ ...one, outcome: await one.outcome })));
    // Half a step behind the first answer to a batch stands the one that repeats it; refusals come at the end.
    const rank = ({ outcome }: (typeof settled)[number]) =>
      typeof outcome === 'object' ? outcome.revision + (outcome.repeated ? 0.5 : 0) : Infinity;
    const inOrder = [...settled].sort((left, right) =>
      rank(left) < rank(right) ? -1 : rank(left) > rank(right) ? 1 : 0,
    );
    for (const { batch, outcome } of inOrder) expect(outcome).toEqual(this.advanceReference('apply', batch));
    for (const writer of ['store', 'peer']) {
      const own = settled.filter((one, index) => one.writer === writer && isFirst(settled, index));
      const revisions = own.map(rank).filter((revision) => revision !== Infinity);
      expect(revisions).toEqual([...revisions].sort((left, right) => left - right));
    }
  }

  private async end(store: SessionStore): Promise<void> {
    const outcome = await outcomeOf(store.end(this.sessionId));
    expect(outcome).toEqual(this.reference.end(this.harness.now()));
    if (outcome === undefined) this.expected.push({ kind: 'ending', wait: () => undefined }, { kind: 'ended' });
  }

  private async read(store: SessionStore, key: string, agent: string, limit: number): Promise<void> {
    const now = this.harness.now();
    const value = await outcomeOf<JsonValue | undefined>(store.readContext(this.sessionId, key));
    expect(plainJson(value)).toEqual(plainJson(this.reference.context(now, key)));
    const thread = this.reference.thread(now, agent);
    for (let after: number | null = -1; after !== null;) {
      const page = await outcomeOf(store.readHistory(this.sessionId, agent, after, limit));
      if (typeof page === 'string' || typeof thread === 'string') return expect(page).toEqual(thread);
      const from: number = after;
      const rest = thread.filter((message) => message.seq > from);
      expect(page.messages.map(plainMessage)).toEqual(rest.slice(0, limit).map(plainMessage));
      after = rest.length > limit ? (rest[limit - 1]?.seq ?? null) : null;
      expect(page.nextAfter).toBe(after);
    }
  }

  /** The whole session, seen by one writer and the other in turn. */
  private async look(): Promise<void> {
    const store = this.writer((this.looks += 1) % 2 === 0 ? 'store' : 'peer');
    const loaded = await outcomeOf(store.load(this.sessionId));
    const revision = await outcomeOf(store.readRevision(this.sessionId));
    const expected = this.reference.living(this.harness.now());
    if (typeof loaded === 'string' || typeof expected === 'string') {
      expect([loaded, revision]).toEqual([expected, expected]);
      return;
    }
    expect(plainState(loaded)).toEqual(plainLiving(expected));
    expect(revision).toBe(expected.revision);
  }
}

/** Whether a batch that two writers sent stands at its first place: only that one has an order to keep. */
function isFirst(submitted: readonly { readonly batch: Batch }[], index: number): boolean {
  return submitted.filter(({ batch }) => batch === submitted[index]?.batch).length === 1;
}

/** Without epochs where there is another reason to refuse the batch. */
function withOneReason(ops: readonly Op[], broken: boolean): Op[] {
  if (!broken && !ops.some(({ op }) => op === 'changeAgents')) return [...ops];
  return ops.map((op) => (op.op === 'truncate' ? { op: op.op, seq: op.seq, content: op.content } : op));
}

/**
 * The operations with their truncations on numbers that were given by then, or without them where none was, and with
 * their changes of agents behind those there are by then (or far ahead, where they are to be refused).
 */
function fittedTo(lastSeq: number, agentChanges: number, ops: readonly Op[]): Op[] {
  const fitted: Op[] = [];
  let given = lastSeq;
  let changes = agentChanges;
  for (const op of ops) {
    if (op.op === 'append') given += 1;
    const fit = (seq: number) => 1 + ((seq - 1) % given);
    if (op.op === 'changeAgents') fitted.push({ ...op, after: op.after + changes++ });
    else if (op.op === 'setInterrupted' && op.spoken) {
      if (given > 0) fitted.push({ ...op, spoken: { ...op.spoken, seq: fit(op.spoken.seq) } });
    } else if (op.op !== 'truncate') fitted.push(op);
    else if (given > 0) fitted.push({ ...op, seq: fit(op.seq) });
  }
  return fitted;
}

function plainEvent(event: FeedEvent) {
  if (event.kind !== 'change') return event.kind;
  const { batchId, revision, messages, at, ops } = event;
  return [batchId, revision, [...messages], at, ops.map((op) => plainJson(op as unknown as JsonValue))];
}
