import { cleared, draftOf, overridesAfter, patchOf, rebased, type Standing, touchedFields } from './draft';

const standing = (overrides: Standing['overrides'] = {}): Standing => ({
  base: { prompt: 'base', greeting: 'hello', tools: ['look_up'] },
  overrides,
});

describe('a draft of overrides', () => {
  it('begins as what stands, with nothing to save', () => {
    const basis = standing({ prompt: 'mine', model: { temperature: 0.5, seed: 7 } });
    const draft = draftOf(basis);
    expect(draft).toMatchObject({ prompt: 'mine', greeting: 'hello', model: { temperature: '0.5' } });
    expect(draft.modelOptions).toBe('{\n  "seed": 7\n}');
    expect(patchOf(draft, basis)).toEqual({ patch: {}, issues: [] });
  });

  it('saves the whole override of what was written on, and nothing else', () => {
    const basis = standing({ prompt: 'mine', voice: { rate: '+5%', name: 'ava' }, model: { seed: 7 } });
    const before = draftOf(basis);
    const draft = { ...before, voice: { ...before.voice, rate: '+10%' }, model: { ...before.model, topP: '0.9' } };
    expect(patchOf(draft, basis).patch).toEqual({
      voice: { rate: '+10%', name: 'ava' },
      model: { seed: 7, topP: 0.9 },
    });
  });

  it('takes an override back where the text is that of the base again, or a field is cleared', () => {
    const basis = standing({ prompt: 'mine', voice: { name: 'ava' }, tools: [] });
    const back = { ...draftOf(basis), prompt: 'base', tools: ['look_up'] };
    expect(patchOf(cleared(back, 'voice', basis), basis).patch).toEqual({ prompt: null, voice: null, tools: null });
  });

  it('leaves it to the service to say what a number should be', () => {
    const before = draftOf(standing());
    expect(patchOf({ ...before, model: { temperature: 'warm' } }, standing()).patch).toEqual({
      model: { temperature: 'warm' },
    });
  });

  it('says where JSON is wrong', () => {
    const draft = { ...draftOf(standing()), templateVars: '[1]', modelOptions: '{' };
    expect(patchOf(draft, standing()).issues.map(({ path }) => path)).toEqual(['/model', '/templateVars']);
  });

  it('goes over what somebody else has saved: theirs where it was not written on', () => {
    const basis = standing();
    const draft = { ...draftOf(basis), prompt: 'mine' };
    const theirs = standing({ prompt: 'theirs', greeting: 'hi' });
    const next = rebased(draft, basis, theirs);
    expect([next.prompt, next.greeting]).toEqual(['mine', 'hi']);
    expect(touchedFields(next, theirs)).toEqual(['prompt']);
  });
});

describe('what a rollback restores', () => {
  const revisions = [
    { revision: 2, before: { prompt: null } },
    { revision: 4, before: { prompt: 'first', voice: null } },
    { revision: 7, before: { voice: { rate: '+5%' } } },
  ];
  const now = { prompt: 'second', voice: { rate: '+9%' } };

  it('is what there is now, with every later change taken back', () => {
    expect(overridesAfter(4, revisions, now)).toMatchObject({ prompt: 'second', voice: { rate: '+5%' } });
    expect(overridesAfter(2, revisions, now)).toMatchObject({ prompt: 'first', voice: null, tools: null });
    expect(overridesAfter(1, revisions, now)).toMatchObject({ prompt: null, voice: null });
  });
});
