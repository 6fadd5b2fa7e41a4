import { revisionOfTag, tagOf } from './based-on';

describe('the revision that a change builds on', () => {
  it.each([
    ['"7"', 7],
    ['7', 7],
    [' W/"12" ', 12],
    ['"0"', 0],
    [undefined, undefined],
    ['*', undefined],
  ])('is read from %s', (header, revision) => {
    expect(revisionOfTag(header)).toBe(revision);
  });

  it.each(['', '"', 'seven', '"7', '-1', '7.5', '"1", "2"', '9'.repeat(20)])('is refused as %s', (header) => {
    expect(() => revisionOfTag(header)).toThrow(expect.objectContaining({ code: 'validation_failed' }) as Error);
  });

  it('is written as an entity tag', () => {
    expect(tagOf(7)).toBe('"7"');
  });
});
