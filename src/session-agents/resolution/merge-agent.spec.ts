import { anAgent } from '../../../test/session-agents/agents';
import { mergeAgent, patched } from './merge-agent';

const BASE = anAgent('Fraud', {
  prompt: 'base prompt',
  greeting: 'hello',
  model: { deployment: 'large', temperature: 0.2 },
  cascadeModel: { deployment: 'fast', temperature: 0.4 },
  voice: { name: 'ava', rate: '+5%' },
  tools: ['block_card'],
  templateVars: { tone: 'calm', limit: 3 },
});

describe('an agent with overrides', () => {
  it('is the very same object without any', () => {
    expect(mergeAgent(BASE, undefined)).toBe(BASE);
    expect(mergeAgent(BASE, {})).toBe(BASE);
  });

  it('takes an empty text and an empty list for values', () => {
    const agent = mergeAgent(BASE, { prompt: '', greeting: '', tools: [] });
    expect([agent.prompt, agent.greeting, agent.tools]).toEqual(['', '', []]);
  });

  it('has members of voice and variables over its own, and others as they were', () => {
    const agent = mergeAgent(BASE, { voice: { rate: '-10%' }, templateVars: { limit: 1, extra: [1] } });
    expect(agent.voice).toEqual({ name: 'ava', rate: '-10%' });
    expect(agent.templateVars).toEqual({ tone: 'calm', limit: 1, extra: [1] });
  });

  it('uses an overridden model in every mode', () => {
    const agent = mergeAgent(BASE, { model: { temperature: 0.9 } });
    expect(agent.model).toEqual({ deployment: 'large', temperature: 0.9 });
    expect(agent.cascadeModel).toEqual({ deployment: 'fast', temperature: 0.9 });
    expect(agent.liveModel).toBeNull();
  });

  it('is frozen all the way down, and leaves the base as it was', () => {
    const agent = mergeAgent(BASE, { model: { nested: { deep: 1 } } });
    expect(() => ((agent.model['nested'] as { deep: number }).deep = 2)).toThrow(TypeError);
    expect(BASE.model).toEqual({ deployment: 'large', temperature: 0.2 });
  });
});

describe('a patch of members', () => {
  it('sets some, takes away those that are null, and keeps the rest', () => {
    expect(patched({ a: 1, b: 2, c: 3 }, { b: null, c: 4, d: 5, e: null })).toEqual({ a: 1, c: 4, d: 5 });
  });

  it('starts from nothing where there is no object', () => {
    expect(patched(undefined, { a: 1 })).toEqual({ a: 1 });
    expect(patched([1], { a: 1 })).toEqual({ a: 1 });
  });

  it('keeps a member called __proto__ a member', () => {
    const merged = patched({}, JSON.parse('{"__proto__": {"x": 1}}') as { readonly [name: string]: number });
    expect(Object.keys(merged)).toEqual(['__proto__']);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});
