import fc from 'fast-check';

import { FairQueue } from './fair-queue';

interface Item {
  readonly text: string;
  readonly size: number;
}

const item = (text: string): Item => ({ text, size: 10 });

function filled(texts: readonly string[]): FairQueue<Item> {
  const queue = new FairQueue<Item>();
  for (const text of texts) queue.add(item(text));
  return queue;
}

/** The texts in the order they run, one at a time, each for its time. */
function order(queue: FairQueue<Item>, usedMs: (text: string) => number): string {
  const texts: string[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    texts.push(next.text);
    queue.done(next, usedMs(next.text));
  }
  return texts.join('');
}

describe('FairQueue', () => {
  it('takes the items of a text in the order they came', () => {
    const items = Array.from({ length: 5 }, () => item('a'));
    const queue = new FairQueue<Item>();
    for (const one of items) queue.add(one);
    for (const one of items) expect(queue.next()).toBe(one);
    expect(queue.next()).toBeUndefined();
  });

  it('lets texts that take the same time take turns', () => {
    expect(order(filled([...'aaaabbcc']), () => 5)).toBe('abcabcaa');
  });

  it('lets a text that takes long wait until the others have used as much', () => {
    expect(order(filled([...'aaaabbbbbbcc']), (text) => (text === 'a' ? 4 : 2))).toBe('abcbcabbabba');
  });

  it('prefers a text of which nothing runs', () => {
    const queue = filled([...'aab']);
    expect([queue.next()?.text, queue.next()?.text, queue.next()?.text]).toEqual(['a', 'b', 'a']);
  });

  it('lets a new text begin beside the one that used least, not before it', () => {
    const queue = filled([...'aaab']);
    for (let round = 0; round < 2; round += 1) queue.done(queue.next() ?? item(''), 10);
    queue.add(item('c'));
    queue.add(item('c'));
    expect(order(queue, () => 10)).toBe('acac');
  });

  it('gives up the last of the text that has used most', () => {
    const queue = filled([...'aaab']);
    queue.done(queue.next() ?? item(''), 100);
    expect([queue.dropLast()?.text, queue.dropLast()?.text, queue.dropLast()?.text]).toEqual(['a', 'a', 'b']);
    expect(queue.dropLast()).toBeUndefined();
    expect(queue.size).toBe(0);
  });

  it('takes out what no longer waits', () => {
    const [first, second] = [item('a'), item('a')];
    const queue = new FairQueue<Item>();
    queue.add(first);
    queue.add(second);
    queue.remove(first);
    expect(queue.size).toBe(10);
    expect(queue.next()).toBe(second);
    expect(queue.size).toBe(0);
  });

  it('gives every item once, whatever the times, and keeps nothing afterwards', () => {
    const texts = fc.array(fc.constantFrom(...'abcd'), { maxLength: 30 });
    fc.assert(
      fc.property(texts, fc.func(fc.nat(20)), (entries, usedMs) => {
        const queue = filled(entries);
        const given = order(queue, usedMs);
        expect([...given].sort()).toEqual([...entries].sort());
        expect([queue.size, queue['turns'].size]).toEqual([0, 0]);
      }),
    );
  });
});
