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
    Other: { prompt_override: 7, tool_names_override: ['a', 1] },
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
      'handoff:handoff_fraud_agent': 'FraudAgent',
      experiment: { experimentId: 'exp-001', variant: 'treatment', reason: 'STATIC' },
    });
  });

  it('is told from other objects', () => {
    expect(isLegacyRegistry(REGISTRY)).toBe(true);
    expect(isLegacyRegistry({ agents: {}, handoff_map: {} })).toBe(true);
    expect(isLegacyRegistry({ agents: { a: { x: 1 } } })).toBe(false);
    expect(isLegacyRegistry({ format: 'another' })).toBe(false);
  });
});
