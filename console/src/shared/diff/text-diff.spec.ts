import { diffLines } from './text-diff';

describe('the difference of two texts', () => {
  it('is nothing where they are the same', () => {
    expect(diffLines('a\nb', 'a\nb')).toEqual([]);
  });

  it('is the lines that differ, with what is around them', () => {
    expect(diffLines('a\nb\nc', 'a\nB\nc')).toEqual([
      { kind: 'same', text: 'a' },
      { kind: 'removed', text: 'b' },
      { kind: 'added', text: 'B' },
      { kind: 'same', text: 'c' },
    ]);
  });

  it('leaves out what is far from any change', () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const changed = lines.map((line, index) => (index === 2 || index === 35 ? `${line}!` : line));
    const found = diffLines(lines.join('\n'), changed.join('\n')) ?? [];
    expect(found.filter(({ kind }) => kind === 'gap')).toHaveLength(1);
    expect(found.length).toBeLessThan(20);
  });

  it('is given up where it would take too long', () => {
    const many = (mark: string) => Array.from({ length: 3000 }, (_, index) => `${mark}${index}`).join('\n');
    expect(diffLines(many('a'), many('b'))).toBeUndefined();
  });
});
