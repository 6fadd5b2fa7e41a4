import type { JsonValue } from '../../common/json';
import { type AgentChange, type AgentRecord, type AgentState, NO_AGENTS } from '../../store/agent-state';
import { checkChain, digestOf } from './audit-chain';
import type { AuditEntry } from './audit-entry';

/** A trail of overrides of one prompt, and the session it belongs to. */
function trail(count: number): { changes: AgentChange[]; state: AgentState } {
  const changes: AgentChange[] = [];
  let previous = { revision: 0, digest: NO_AGENTS.digest };
  for (let number = 1; number <= count; number += 1) {
    const entry: AuditEntry = {
      at: 1_800_000_000 + number,
      actor: 'ada',
      source: 'admin',
      action: 'override',
      note: null,
      agent: 'Fraud',
      target: null,
      before: { 'prompt:fraud': number === 1 ? null : `text ${number - 1}` },
      after: { 'prompt:fraud': `text ${number}` },
      previous,
    };
    const digest = digestOf(number, entry);
    changes.push({ number, revision: number * 10, digest, entry });
    previous = { revision: number * 10, digest };
  }
  const records = new Map<string, AgentRecord>([
    ['prompt:fraud', { value: `text ${count}`, revision: count * 10 }],
    ['changed:agent:fraud', { value: count, revision: count * 10 }],
  ]);
  return { changes, state: { ...NO_AGENTS, changes: count, ...previous, records } };
}

const edited = (change: AgentChange, members: Partial<AuditEntry>): AgentChange => ({
  ...change,
  entry: { ...(change.entry as AuditEntry), ...members },
});

const kept = (changes: readonly AgentChange[], first = 1) => ({ first, changes });

describe('the hash chain of an audit trail', () => {
  it('is whole as it was written, without its dropped beginning as well', () => {
    const { changes, state } = trail(5);
    expect(checkChain(kept(changes), state)).toEqual({ whole: true, fault: null, firstBroken: null });
    expect(checkChain(kept(changes.slice(2), 3), state)).toEqual({ whole: true, fault: null, firstBroken: null });
    expect(checkChain(kept([]), NO_AGENTS)).toEqual({ whole: true, fault: null, firstBroken: null });
  });

  it.each<[string, Partial<AuditEntry>]>([
    ['who', { actor: 'eve' }],
    ['when', { at: 5 }],
    ['where from', { source: 'api' }],
    ['note', { note: 'nothing to see' }],
    ['before', { before: {} }],
    ['after', { after: { 'prompt:fraud': 'another' } }],
  ])('shows an entry whose "%s" was changed', (_what, members) => {
    for (const index of [0, 2, 4]) {
      const { changes, state } = trail(5);
      changes[index] = edited(changes[index] as AgentChange, members);
      expect(checkChain(kept(changes), state)).toEqual({ whole: false, fault: 'entry', firstBroken: index + 1 });
    }
  });

  it('shows an entry that was changed together with its digest', () => {
    const { changes, state } = trail(5);
    const forged = edited(changes[2] as AgentChange, { actor: 'eve' });
    changes[2] = { ...forged, digest: digestOf(3, forged.entry as AuditEntry) };
    expect(checkChain(kept(changes), state)).toEqual({ whole: false, fault: 'entry', firstBroken: 4 });
  });

  it('shows a last entry that was changed together with its digest, because the session knows the true one', () => {
    const { changes, state } = trail(5);
    const forged = edited(changes[4] as AgentChange, { actor: 'eve' });
    changes[4] = { ...forged, digest: digestOf(5, forged.entry as AuditEntry) };
    expect(checkChain(kept(changes), state)).toEqual({ whole: false, fault: 'end', firstBroken: 5 });
  });

  it('shows a renumbered revision, a missing entry, a missing end and a changed order', () => {
    const renumbered = trail(5);
    renumbered.changes[2] = { ...(renumbered.changes[2] as AgentChange), revision: 31 };
    expect(checkChain(kept(renumbered.changes), renumbered.state)).toEqual({
      whole: false,
      fault: 'entry',
      firstBroken: 4,
    });
    const { changes, state } = trail(5);
    expect(checkChain(kept(changes.toSpliced(2, 1)), state)).toEqual({ whole: false, fault: 'entry', firstBroken: 4 });
    expect(checkChain(kept(changes.slice(0, 4)), state)).toEqual({ whole: false, fault: 'end', firstBroken: 4 });
    expect(checkChain(kept(changes.slice(2)), state)).toEqual({ whole: false, fault: 'entry', firstBroken: 3 });
    expect(checkChain(kept([]), state)).toEqual({ whole: false, fault: 'end', firstBroken: null });
    const swapped = changes.map((change, index) => (index === 1 ? changes[2] : index === 2 ? changes[1] : change));
    expect(checkChain(kept(swapped as AgentChange[]), state).whole).toBe(false);
  });

  it('shows what has been put in place of an entry', () => {
    for (const entry of [{}, null, 7, { previous: {} }]) {
      const { changes, state } = trail(5);
      changes[2] = { ...(changes[2] as AgentChange), entry };
      expect(checkChain(kept(changes), state)).toEqual({ whole: false, fault: 'entry', firstBroken: 3 });
    }
  });

  it('shows a record that is not what the trail says of it, or that it says nothing of', () => {
    const { changes, state } = trail(5);
    const broken = { whole: false, fault: 'records', firstBroken: null };
    const having = (...records: [string, JsonValue, number][]) => ({
      ...state,
      records: new Map([
        ...state.records,
        ...records.map(([name, value, revision]) => [name, { value, revision }] as const),
      ]),
    });
    expect(checkChain(kept(changes), having(['prompt:fraud', 'slipped in', 50]))).toEqual(broken);
    expect(checkChain(kept(changes), having(['prompt:fraud', 'text 5', 40]))).toEqual(broken);
    expect(checkChain(kept(changes), having(['prompt:cards', 'slipped in', 50]))).toEqual(broken);
    expect(checkChain(kept(changes), having(['changed:agent:fraud', 5, 10]))).toEqual(broken);
    expect(checkChain(kept(changes), { ...state, records: new Map() })).toEqual(broken);
    // What dropped entries told of cannot be known.
    expect(checkChain(kept(changes.slice(2), 3), having(['prompt:cards', 'older', 5])).whole).toBe(true);
  });
});
