import type { JsonObject } from '../../common/json';
import { isLegacyRegistry, recordsOfRegistry } from './legacy-registry';

const REGISTRY = {
  session_id: 'ab12cd06',
  agents: {
    FraudAgent: {
      base_agent_name: 'FraudAgent',
      modification_count: 2,
      source: 'api',
      prompt_override: 'Be brief, {{ caller_name }}.',
      voice_override: { name: 'ava', rate: '+10%', endpoint_id: 'e-1' },
      model_override: { deployment_id: 'large', top_p: 0.5, max_tokens: 100, custom: { a: 1 } },
      tool_names_override: [],
      template_vars_override: { top_p: 'kept as it is' },
      greeting_override: null,
    },
    Other: { prompt_override: 7, tool_names_override: ['a', 1], voice_override: {} },
  },
  handoff_map: { handoff_fraud_agent: 'FraudAgent', broken: 1 },
  active_agent: 'FraudAgent',
  experiment_id: 'exp-001',
  variant: 'treatment',
};

describe('an agent_registry of an older service', () => {
  it('becomes records in the form of today; what was never set or has another kind is left behind', () => {
    expect(Object.fromEntries(recordsOfRegistry(REGISTRY))).toEqual({
      'prompt:fraudagent': 'Be brief, {{ caller_name }}.',
      'voice:fraudagent': { name: 'ava', rate: '+10%', endpointId: 'e-1' },
      'model:fraudagent': { deployment: 'large', topP: 0.5, maxTokens: 100, custom: { a: 1 } },
      'tools:fraudagent': [],
      'templateVars:fraudagent': { top_p: 'kept as it is' },
      'changed:agent:fraudagent': 2,
      'tools:other': ['a'],
      'handoff:handoff_fraud_agent': 'FraudAgent',
      experiment: { experimentId: 'exp-001', variant: 'treatment', reason: 'STATIC' },
    });
  });

  const recordsOf = (agent: JsonObject) => Object.fromEntries(recordsOfRegistry({ agents: { A: agent } }));

  it('leaves members behind that are null, unknown or wrong by the rules of today', () => {
    expect(
      recordsOf({
        voice_override: { name: 'ava', style: null, display_name: 'Ava', rate: 'very fast' },
        model_override: { temperature: 9, top_p: 0.5, 'bad option': 1, seed: null },
        template_vars_override: { tone: 'calm', gone: null },
        tool_names_override: ['not a tool', 'block_card', 'block_card'],
      }),
    ).toEqual({
      'voice:a': { name: 'ava' },
      'model:a': { topP: 0.5 },
      'templateVars:a': { tone: 'calm' },
      'tools:a': ['block_card'],
    });
  });

  it('leaves an override behind of which nothing is left, or that is too large', () => {
    const variables = Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`v${n}`, n]));
    expect(
      recordsOf({
        prompt_override: 'x'.repeat(32 * 1024 + 1),
        greeting_override: 'é'.repeat(16 * 1024 + 1),
        voice_override: { style: null },
        model_override: {},
        tool_names_override: ['not a tool'],
        template_vars_override: variables,
      }),
    ).toEqual({});
  });

  it('leaves behind what has no name that could be one here', () => {
    const long = 'x'.repeat(65);
    const targets = { 'not a tool': 'A', handoff_a: long, handoff_b: '', handoff_c: 'B' };
    const records = recordsOfRegistry({
      agents: { [long]: { prompt_override: 'x' }, 'line\nbreak': { prompt_override: 'x' } },
      handoff_map: targets,
      experiment_id: '',
      variant: 'v',
    });
    expect(Object.fromEntries(records)).toEqual({ 'handoff:handoff_c': 'B' });
  });

  it('keeps as many handoffs as a session may have', () => {
    const targets = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`tool_${n}`, 'A']));
    expect(recordsOfRegistry({ agents: {}, handoff_map: targets }).size).toBe(128);
  });

  it('is told from other objects', () => {
    expect(isLegacyRegistry(REGISTRY)).toBe(true);
    expect(isLegacyRegistry({ agents: {}, handoff_map: {} })).toBe(true);
    expect(isLegacyRegistry({ agents: { a: { x: 1 } } })).toBe(false);
    expect(isLegacyRegistry({ format: 'another' })).toBe(false);
  });
});
