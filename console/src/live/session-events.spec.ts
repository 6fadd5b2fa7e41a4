import type { Change, SessionView, Transcript } from '../api/types';
import { eventsOf, eventsOfTranscript, mergedEvents } from './session-events';

const session = {
  activeAgent: 'concierge',
  epoch: 1,
  history: { concierge: [{ seq: 4, role: 'user', content: 'hello', at: 1 }] },
} as unknown as SessionView;

const change = (ops: Change['ops'], messages: number[] = [], epoch?: number): Change => ({
  revision: 9,
  batchId: 'b',
  messages,
  at: 50,
  ops,
  source: 'session',
  ...(epoch !== undefined && { epoch }),
});

describe('what happens between messages', () => {
  it('stands behind the message before it, in the same batch too', () => {
    const ops: Change['ops'] = [
      { op: 'setInterrupted', value: true },
      { op: 'append', agent: 'cards', role: 'user', content: 'stop' },
      { op: 'setActiveAgent', agent: 'cards' },
      { op: 'setToolOutput', tool: 'block', output: 1 },
    ];
    expect(eventsOf(session, change(ops, [5], 2))).toEqual([
      { kind: 'interrupted', at: 50, afterSeq: 4, epoch: 2 },
      { kind: 'handoff', at: 50, afterSeq: 5, from: 'concierge', to: 'cards' },
      { kind: 'tool', at: 50, afterSeq: 5, tool: 'block' },
    ]);
  });

  it('is no handoff where the agent stays', () => {
    expect(eventsOf(session, change([{ op: 'setActiveAgent', agent: 'concierge' }]))).toEqual([]);
  });

  it('is told once where the transcript has it already', () => {
    const transcript: Transcript = {
      sessionId: 's',
      startedAt: 1,
      entries: [
        { kind: 'handoff', at: 0.5, from: null, to: 'concierge' },
        { kind: 'message', at: 1, seq: 4, role: 'user', agent: 'concierge', content: 'hello' },
        { kind: 'interrupted', at: 50, epoch: 2 },
      ],
    };
    const live = eventsOf(session, change([{ op: 'setInterrupted', value: true }], [], 2));
    const merged = mergedEvents(eventsOfTranscript(transcript), live);
    expect(merged.map(({ kind, afterSeq }) => [kind, afterSeq])).toEqual([
      ['handoff', 0],
      ['interrupted', 4],
    ]);
  });
});
