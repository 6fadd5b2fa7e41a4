import { anAgent } from '../../../test/session-agents/agents';
import type { JsonValue } from '../../common/json';
import { BaseAgents } from '../base/base-agents';
import { RECORD } from './agent-records';
import { exportOf } from './agents-export';

const BASE = new BaseAgents(
  [
    anAgent('Front', { handoff: { trigger: 'handoff_front', isEntryPoint: true }, tools: ['look_up'] }),
    anAgent('Fraud', { handoff: { trigger: 'handoff_fraud', isEntryPoint: false } }),
  ].map((agent) => ({ agent, own: {} })),
  {},
);

const exported = (values: Record<string, JsonValue>, context: Record<string, JsonValue> = {}, isToolsOpen = false) =>
  exportOf(
    { context: new Map(Object.entries(context)) },
    new Map(Object.entries(values).map(([name, value]) => [name, { value, revision: 1 }])),
    { base: BASE, isToolsOpen },
  );
const custom = (name: string, members: object = {}) => ({ ...anAgent(name), ...members }) as unknown as JsonValue;

describe('an export of the agents of a session', () => {
  it('has nothing of agents that do not exist', () => {
    const experiment = { experimentId: 'e', variant: 'v', reason: 'SPLIT' };
    const found = exported({
      [RECORD.override('prompt', 'ghost')]: 'Boo.',
      [RECORD.override('prompt', 'fraud')]: 'Be brief.',
      [RECORD.handoff('ask')]: 'Ghost',
      [RECORD.handoff('ask_fraud')]: 'fraud',
      [RECORD.experiment]: { ...experiment, agent: 'Ghost', overrides: { prompt: 'Boo.' } },
    });
    expect(found).toMatchObject({ overrides: { fraud: { prompt: 'Be brief.' } }, handoffs: { ask_fraud: 'fraud' } });
    expect([Object.keys(found.overrides), Object.keys(found.handoffs)]).toEqual([['fraud'], ['ask_fraud']]);
    expect(found.experiment).toEqual(experiment);
  });

  it('has no tools that are not known any more, unless any tool may be named', () => {
    const records = {
      [RECORD.override('tools', 'fraud')]: ['look_up', 'ask', 'handoff_mine', 'ask_ghost', 'gone'],
      [RECORD.custom('mine')]: custom('Mine', {
        tools: ['gone', 'ask'],
        handoff: { trigger: 'handoff_mine', isEntryPoint: false },
      }),
      [RECORD.handoff('ask')]: 'Front',
      [RECORD.handoff('ask_ghost')]: 'Ghost',
      [RECORD.experiment]: {
        experimentId: 'e',
        variant: 'v',
        reason: 'SPLIT',
        agent: 'Front',
        overrides: { tools: ['gone', 'look_up'], prompt: 'x' },
      },
    };
    const found = exported(records);
    expect(found.overrides['fraud']).toEqual({ tools: ['look_up', 'ask', 'handoff_mine'] });
    expect(found.customAgents[0]).toMatchObject({ tools: ['ask'] });
    expect(found.experiment?.overrides).toEqual({ tools: ['look_up'], prompt: 'x' });
    expect(exported(records, {}, true).overrides['fraud']).toEqual({ tools: records['tools:fraud'] });
  });

  it('has no agent or trigger that a base agent has taken since', () => {
    const found = exported({
      [RECORD.custom('fraud')]: custom('Fraud'),
      [RECORD.custom('mine')]: custom('Mine', { handoff: { trigger: 'handoff_fraud', isEntryPoint: false } }),
      [RECORD.custom('also')]: custom('Also', { handoff: { trigger: 'handoff_also', isEntryPoint: false } }),
      [RECORD.custom('again')]: custom('Again', { handoff: { trigger: 'handoff_also', isEntryPoint: false } }),
    });
    expect(found.customAgents.map(({ name, handoff }) => [name, handoff])).toEqual([
      ['Mine', { trigger: null, isEntryPoint: false }],
      ['Also', { trigger: 'handoff_also', isEntryPoint: false }],
      ['Again', { trigger: null, isEntryPoint: false }],
    ]);
  });

  it('has no names that are none: anybody may have written them', () => {
    const visited = ['Front', 'line\nbreak', '', 'x'.repeat(257), ...Array.from({ length: 200 }, (_, n) => `a${n}`)];
    const found = exported({}, { active_agent: 'line\nbreak', visited_agents: visited });
    expect(found.activeAgent).toBeNull();
    expect(found.visitedAgents.slice(0, 2)).toEqual(['Front', 'a0']);
    expect(found.visitedAgents).toHaveLength(128);
  });
});
