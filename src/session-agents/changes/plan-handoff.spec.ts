import { anAgent } from '../../../test/session-agents/agents';
import { isParleyError } from '../../common/parley-error';
import { RECORD } from '../state/agent-records';
import { planHandoff } from './plan-handoff';

const FULL = new Map(Array.from({ length: 128 }, (_, n) => [RECORD.handoff(`tool_${n}`), { value: 'A', revision: 1 }]));

describe('a handoff of a session', () => {
  it('is one of 128', () => {
    let refused: unknown;
    try {
      planHandoff('one_more', anAgent('A'), FULL);
    } catch (error) {
      refused = error;
    }
    expect(isParleyError(refused, 'validation_failed') && refused.errors?.[0]?.message).toContain('128');
  });

  it('can be led elsewhere and taken back where there are as many', () => {
    expect(planHandoff('tool_7', anAgent('B'), FULL).records).toEqual(new Map([['handoff:tool_7', 'B']]));
    expect(planHandoff('one_more', null, FULL).records).toEqual(new Map([['handoff:one_more', null]]));
  });

  it('is not counted among other records', () => {
    const others = new Map([...FULL.keys()].map((name) => [name.replace('handoff:', 'prompt:'), {}]));
    expect(planHandoff('first', anAgent('A'), others).records.size).toBe(1);
  });
});
