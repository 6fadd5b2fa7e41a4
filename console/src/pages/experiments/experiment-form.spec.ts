import { definitionOf, EMPTY_FORM, type ExperimentForm } from './experiment-form';

const form = (members: Partial<ExperimentForm> = {}): ExperimentForm => ({
  ...EMPTY_FORM,
  id: 'greeting',
  agent: 'FraudAgent',
  percent: 25,
  variants: [
    { key: 'a', name: 'plain', weight: 1, overrides: '' },
    { key: 'b', name: 'warm', weight: 2, overrides: '{"greeting": "Hi"}' },
  ],
  ...members,
});

describe('the form of an experiment', () => {
  it('becomes a definition, the first variant its control', () => {
    expect(definitionOf(form()).definition).toEqual({
      id: 'greeting',
      agent: 'FraudAgent',
      traffic: 0.25,
      control: 'plain',
      variants: [
        { name: 'plain', weight: 1 },
        { name: 'warm', weight: 2, overrides: { greeting: 'Hi' } },
      ],
    });
  });

  it('is nothing to send while something is lacking', () => {
    expect(definitionOf(EMPTY_FORM)).toEqual({ definition: undefined, issues: [] });
    expect(definitionOf(form({ agent: ' ' })).definition).toBeUndefined();
  });

  it('says where JSON is wrong', () => {
    const variants = [...form().variants.slice(0, 1), { key: 'b', name: 'warm', weight: 1, overrides: '[1]' }];
    const { definition, issues } = definitionOf(form({ variants }));
    expect(definition).toBeUndefined();
    expect(issues.map(({ path }) => path)).toEqual(['/variants/1/overrides']);
  });
});
