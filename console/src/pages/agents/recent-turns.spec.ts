import type { Message } from '../../api/types';
import { recentTurns, revisionAt } from './recent-turns';

const said = (seq: number, role: Message['role'], content: string, at = seq): Message => ({ seq, role, content, at });

describe('the last turns with an agent', () => {
  it('are what was said with its answer, newest first', () => {
    const history = {
      Front: [
        said(1, 'assistant', 'Hello'),
        said(2, 'user', 'Hi'),
        said(3, 'tool', '{}'),
        said(4, 'assistant', 'Yes?'),
      ],
      Other: [said(5, 'user', 'not here')],
    };
    expect(recentTurns(history, 'Front', 5)).toEqual([
      { seq: 2, said: 'Hi', answer: 'Yes?', at: 2 },
      { seq: 1, said: null, answer: 'Hello', at: 1 },
    ]);
    expect(recentTurns(history, 'Nobody', 5)).toEqual([]);
  });

  it('are no more than asked for', () => {
    const history = { Front: [said(1, 'user', 'a'), said(2, 'user', 'b'), said(3, 'user', 'c')] };
    expect(recentTurns(history, 'Front', 2).map(({ seq }) => seq)).toEqual([3, 2]);
  });

  it('have the revision that stood when the caller spoke', () => {
    const revisions = [
      { revision: 4, at: 10 },
      { revision: 9, at: 20 },
    ];
    expect([null, 5, 10, 19, 25].map((at) => revisionAt(at, revisions))).toEqual([0, 0, 4, 4, 9]);
  });
});
