import { isSameScope } from './same-scope';

describe('the scopes of two turns', () => {
  const profile = { name: 'Ada', accounts: [{ id: 1 }] };

  it('are the same where their values are, those that are put together anew member by member', () => {
    const scope = () => ({ profile, slots: { city: 'Bern' }, visited: ['Front'], agent: 'Front' });
    expect(isSameScope(scope(), scope())).toBe(true);
  });

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: 1 }, { b: 1 }],
    [{ slots: { city: 'Bern' } }, { slots: { city: 'Basel' } }],
    [{ slots: {} }, { slots: { city: 'Bern' } }],
    [{ slots: { profile } }, { slots: { profile: { ...profile } } }],
    [{ visited: ['a', 'b'] }, { visited: ['b', 'a'] }],
    [{ visited: ['a'] }, { visited: { 0: 'a' } }],
    [{ a: null }, { a: {} }],
  ])('are not: %j and %j', (one, other) => {
    expect(isSameScope(one, other)).toBe(false);
  });
});
