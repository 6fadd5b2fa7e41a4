import { faultsOf, isSame } from './verdict';

const clean = { lost: 0, doubled: 0, unordered: 0, torn: 0 };

describe('the verdict of a torture', () => {
  it('is clean where all that was acknowledged is there, once and in order', () => {
    expect(faultsOf({ acknowledged: 3, stored: ['1', '2', '3'], slot: 3 })).toEqual(clean);
  });

  it('allows what was not acknowledged to be there', () => {
    expect(faultsOf({ acknowledged: 2, stored: ['1', '2', '3'], slot: 3 })).toEqual(clean);
    expect(faultsOf({ acknowledged: 0, stored: [], slot: undefined })).toEqual(clean);
  });

  it('finds what is lost, doubled, out of order and torn', () => {
    expect(faultsOf({ acknowledged: 3, stored: ['1', '3'], slot: 3 })).toEqual({ ...clean, lost: 1 });
    expect(faultsOf({ acknowledged: 2, stored: ['1', '2', '2'], slot: 2 })).toEqual({ ...clean, doubled: 1 });
    expect(faultsOf({ acknowledged: 3, stored: ['1', '3', '2'], slot: 3 })).toEqual({ ...clean, unordered: 1 });
    expect(faultsOf({ acknowledged: 2, stored: ['1', '2'], slot: 1 })).toEqual({ ...clean, torn: 1 });
  });

  it('compares views by their threads', () => {
    const one = new Map([
      ['a', ['1']],
      ['b', ['1', '2']],
    ]);
    expect(isSame(one, new Map([...one].reverse()))).toBe(true);
    expect(isSame(one, new Map([...one, ['b', ['2', '1']]]))).toBe(false);
    expect(isSame(one, new Map([['a', ['1']]]))).toBe(false);
  });
});
