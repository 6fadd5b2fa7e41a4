import { queryOf, windowAround, withPart } from './list-query';

describe('the list that an address asks for', () => {
  it('is the newest calls where the address says nothing', () => {
    const nothing = { search: '', agent: '', experiment: '', sort: 'createdAt', order: 'desc' };
    expect(queryOf(new URLSearchParams())).toEqual(nothing);
    expect(queryOf(new URLSearchParams('sort=colour&order=up'))).toEqual(nothing);
  });

  it('survives the address', () => {
    const params = withPart(withPart(new URLSearchParams('order=asc'), 'search', 'a & b'), 'sort', 'turns');
    expect(queryOf(new URLSearchParams(params.toString()))).toMatchObject({
      search: 'a & b',
      sort: 'turns',
      order: 'asc',
    });
    expect(withPart(params, 'search', '').has('search')).toBe(false);
  });
});

describe('the window', () => {
  it('holds what is in view and rows on both sides of it', () => {
    expect(windowAround(0, 19)).toEqual({ offset: 0, limit: 100 });
    expect(windowAround(9_970, 9_999)).toEqual({ offset: 9_900, limit: 150 });
  });

  it('stays where it is while somebody scrolls a little', () => {
    expect(windowAround(51, 70)).toEqual(windowAround(75, 94));
  });

  it('is never larger than the service allows', () => {
    expect(windowAround(0, 5_000).limit).toBe(500);
  });
});
