import { CALL_START, SAMPLE_CALL, stateAfter } from '../../test/transcripts/sample-call';
import type { TranscriptEntry } from './transcript';
import { transcriptOf } from './transcript-of';

const summary = (entries: readonly TranscriptEntry[]) =>
  entries.map((entry) => (entry.kind === 'message' ? entry.seq : entry.kind));

describe('transcriptOf', () => {
  it('has all messages and events in their order across agents, without prompts', () => {
    const { entries, ...head } = transcriptOf(stateAfter(...SAMPLE_CALL));
    expect(head).toEqual({ sessionId: 'call-1', startedAt: CALL_START });
    expect(summary(entries)).toEqual(['handoff', 1, 2, 'tool', 'handoff', 3, 'interrupted', 'resumed', 4]);
    expect(entries[0]).toEqual({ kind: 'handoff', at: CALL_START + 1, from: null, to: 'Concierge' });
    expect(entries[4]).toEqual({ kind: 'handoff', at: CALL_START + 5, from: 'Concierge', to: 'FraudAgent' });
    expect(entries[5]).toEqual({
      kind: 'message',
      at: CALL_START + 75,
      seq: 3,
      role: 'assistant',
      agent: 'FraudAgent',
      content: 'I see it was',
      generated: 'I see it was blocked today.',
    });
    expect(entries[6]).toEqual({ kind: 'interrupted', at: CALL_START + 7, epoch: 1 });
  });

  it('begins with the prompts where they are asked for', () => {
    const { entries } = transcriptOf(stateAfter(...SAMPLE_CALL), { prompts: true, endedAt: CALL_START + 90 });
    expect(entries[0]).toMatchObject({ kind: 'message', seq: 0, role: 'system', agent: 'Concierge' });
    expect(transcriptOf(stateAfter(), { endedAt: 7 }).endedAt).toBe(7);
  });

  it('goes by numbers where clients have told times that contradict them', () => {
    const { entries } = transcriptOf(
      stateAfter(
        { op: 'append', agent: 'B', role: 'user', content: 'first', at: 200 },
        { op: 'append', agent: 'A', role: 'assistant', content: 'second', at: 100 },
      ),
    );
    expect(summary(entries)).toEqual([1, 2]);
  });

  it('sorts events after the same message by time, and keeps the order of those at one time', () => {
    const state = stateAfter({ op: 'append', agent: 'A', role: 'user', content: 'x' });
    state.timeline.push(
      { kind: 'tool', tool: 'late', at: 30, afterSeq: 1 },
      { kind: 'tool', tool: 'early', at: 10, afterSeq: 1 },
      { kind: 'tool', tool: 'also early', at: 10, afterSeq: 1 },
      { kind: 'tool', tool: 'before', at: 90, afterSeq: 0 },
    );
    const { entries } = transcriptOf(state);
    expect(entries.map((entry) => (entry.kind === 'tool' ? entry.tool : entry.kind))).toEqual([
      'before',
      'message',
      'early',
      'also early',
      'late',
    ]);
  });

  it('tells what was generated only where it differs from what was heard', () => {
    const message = { op: 'append', agent: 'A', role: 'assistant', content: 'same' } as const;
    const { entries } = transcriptOf(
      stateAfter({ ...message, meta: { generated: 'same' } }, { ...message, meta: { generated: { odd: true } } }),
    );
    expect(entries.every((entry) => !('generated' in entry))).toBe(true);
  });
});
