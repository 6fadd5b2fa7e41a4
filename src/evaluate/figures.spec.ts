import type { Exchange } from './exchanges';
import { figuresOf } from './figures';
import { type PlayedTurn, type TurnEnd, unanswered } from './played-call';
import { stageFigures } from './stage-figures';

const exchange = (more: Partial<Exchange> = {}): Exchange => {
  return { said: 'x', before: 'A', after: 'A', toolCalls: [], handoffs: [], ...more };
};
const turn = (end: TurnEnd, more: Partial<PlayedTurn> = {}): PlayedTurn => {
  return { ...unanswered(exchange(), end), agent: 'A', ...more };
};

describe('the figures of an evaluation', () => {
  it('count each turn of the script once, by its end', () => {
    const ends: TurnEnd[] = ['completed', 'completed', 'interrupted', 'failed', 'hung', 'not played', 'not played'];
    const calls = [{ turns: ends.map((end) => turn(end)), failures: [] }];
    expect(figuresOf(calls).turns).toEqual({
      script: 7,
      answered: 3,
      interrupted: 1,
      failed: 1,
      hung: 1,
      notPlayed: 2,
    });
  });

  it('add up all calls', () => {
    const handoffs = [{ from: 'A', to: 'B' }];
    const missed = turn('completed', { exchange: exchange({ handoffs, after: 'B' }), refusedCalls: 2 });
    const right = turn('completed', { exchange: exchange({ handoffs, after: 'B' }), handoffs, agent: 'B' });
    const calls = [
      { turns: [missed, turn('completed', { isCorrected: true })], failures: ['hung', 'model_timeout'] },
      { turns: [right], failures: ['hung'] },
    ];
    expect(figuresOf(calls)).toMatchObject({
      calls: 2,
      tools: { refused: 2 },
      handoffs: { script: 2, made: 1, agree: 1, sameTurn: 1 },
      inCharge: { agree: 2, withoutHandoffs: 1, corrected: 1 },
      failures: { hung: 2, model_timeout: 1 },
    });
  });

  it('of stages say whose time it is, and count the turns that were answered over HTTP', () => {
    const calls = [
      { turns: [4000, undefined, 2000].map((milliseconds) => turn('completed', { milliseconds })), failures: [] },
    ];
    const figures = { count: 7, p50: 1, p95: 2, p99: 3 };
    expect(stageFigures({ llm: figures, store: figures }, calls)).toEqual([
      { stage: 'turn, over HTTP', owner: 'all', count: 2, p50: 2, p95: 4, p99: 4 },
      { stage: 'llm', owner: 'model', ...figures },
      { stage: 'store', owner: 'Parley', ...figures },
    ]);
    expect(stageFigures({}, [])).toEqual([]);
  });
});
