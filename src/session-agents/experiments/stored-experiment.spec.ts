import type { JsonObject, JsonValue } from '../../common/json';
import { readExperiment, storedForm } from './stored-experiment';

const STORED: JsonObject = {
  agent: 'Concierge',
  status: 'running',
  description: 'a greeting',
  variants: [
    { name: 'a', weight: 1, overrides: {} },
    { name: 'b', weight: 2.5, overrides: { greeting: 'Hello' } },
  ],
  control: 'a',
  traffic: 0.5,
  guardRails: [{ metric: 'interruptionRate', bound: 0.5, minSamples: 10 }],
  createdAt: 10,
  updatedAt: 20,
  history: [{ at: 10, action: 'create' }],
};

const read = (value: JsonValue) => readExperiment('one', { version: 3, value });

describe('a stored experiment', () => {
  it('comes back as it was written', () => {
    const experiment = read(STORED);
    expect(experiment).toMatchObject({ id: 'one', version: 3, ...STORED });
    expect(experiment && storedForm(experiment)).toEqual(STORED);
  });

  it('has defaults for what another release did not write', () => {
    const { agent, status } = STORED;
    expect(read({ agent: agent ?? '', status: status ?? '', variants: [{ name: 'a', weight: 1 }], more: 1 })).toEqual({
      id: 'one',
      version: 3,
      agent,
      status,
      variants: [{ name: 'a', weight: 1, overrides: {} }],
      description: '',
      control: 'a',
      traffic: 1,
      guardRails: [],
      createdAt: 0,
      updatedAt: 0,
      history: [],
    });
  });

  it.each<[string, JsonValue]>([
    ['is no object', 'text'],
    ['has no agent', { ...STORED, agent: null }],
    ['has a status that is not known', { ...STORED, status: 'scheduled' }],
    ['has no variants', { ...STORED, variants: [] }],
    ['has variants of another kind', { ...STORED, variants: { a: 1 } }],
    ['has a variant without a weight', { ...STORED, variants: [{ name: 'a', weight: 1 }, { name: 'b' }] }],
    ['has a variant that is no object', { ...STORED, variants: [{ name: 'a', weight: 1 }, 'b'] }],
  ])('that %s is none', (_what, value) => {
    expect(read(value)).toBeUndefined();
  });
});
