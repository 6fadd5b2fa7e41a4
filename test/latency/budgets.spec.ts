import { budgetBreaches } from '../../src/latency';
import type { Op } from '../../src/store/ops';
import { budgetsOf } from './latency.harness';

const record = (stage: string, seconds: number, run?: string): Op => ({
  op: 'recordLatency',
  stage,
  seconds,
  ...(run !== undefined && { run }),
});

describe('the budgets of stages', () => {
  const budgets = budgetsOf({ llm_ttft: 0.8, turn_e2e: 1.5 });

  it('name the samples of a change that took longer, and by how much', () => {
    const ops = [record('llm_ttft', 0.9, 'turn-1'), record('turn_e2e', 2), record('stt', 60)];
    expect(budgets.breaches({ ops })).toEqual([
      { stage: 'llm_ttft', seconds: 0.9, budget: 0.8, run: 'turn-1' },
      { stage: 'turn_e2e', seconds: 2, budget: 1.5 },
    ]);
  });

  it('are kept by a sample that takes just as long, and by everything else in a change', () => {
    const ops: Op[] = [record('llm_ttft', 0.8), { op: 'setInterrupted', value: true }];
    expect(budgets.breaches({ ops })).toEqual([]);
  });

  it('are none unless they are configured', () => {
    expect(budgetBreaches({ ops: [record('llm', 1e9)] }, new Map())).toEqual([]);
    expect([budgets.isOver('llm_ttft', 0.81), budgets.isOver('__proto__', 9)]).toEqual([true, false]);
  });
});
