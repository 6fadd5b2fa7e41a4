import type { SessionView } from '../../api/types';
import type { SessionEvent } from '../../live/session-events';
import { callLineOf } from './call-line';

const session = {
  createdAt: 100,
  activeAgent: 'cards',
  history: { concierge: [{ seq: 1, role: 'user', content: 'hello', at: 120 }] },
} as unknown as SessionView;

const EVENTS: readonly SessionEvent[] = [
  { kind: 'interrupted', at: 150, afterSeq: 1, epoch: 1 },
  { kind: 'resumed', at: 151, afterSeq: 1, epoch: 1 },
  { kind: 'handoff', at: 160, afterSeq: 1, from: 'concierge', to: 'cards' },
];

describe('the line of a call', () => {
  it('tells who was in charge, and where the caller interrupted', () => {
    const line = callLineOf(session, EVENTS, 200);
    expect(line.stretches).toEqual([
      { agent: 'concierge', from: 0, to: 0.6 },
      { agent: 'cards', from: 0.6, to: 1 },
    ]);
    expect(line.marks.map(({ label, place, offset }) => [label, place, offset])).toEqual([
      ['Interruption 1', 0.5, 50],
      ['Handoff to cards', 0.6, 60],
    ]);
    expect(line.spoken).toEqual([{ place: 0.2, speaker: 'caller' }]);
  });

  it('holds what clients with other clocks have told', () => {
    const places = callLineOf({ ...session, createdAt: 140 }, EVENTS, 130).spoken.map(({ place }) => place);
    expect(places).toEqual([0]);
  });

  it('is of one agent where nobody has handed over', () => {
    expect(callLineOf(session, [], 200).stretches).toEqual([{ agent: 'cards', from: 0, to: 1 }]);
  });
});
