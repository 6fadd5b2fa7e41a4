import fc from 'fast-check';
import { runProperty } from '../../../../test/support/property';
import { type ToolCallPart, ToolCallParts } from './tool-call-parts';

function complete(parts: readonly ToolCallPart[]) {
  const calls = new ToolCallParts();
  for (const part of parts) calls.add(part);
  return calls.complete();
}

/** The text in pieces of at most `size` characters. */
const split = (text: string, size: number) => text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [''];

describe('the pieces of calls', () => {
  it('make the same calls however they are split and mixed', async () => {
    const call = fc.record({
      name: fc.stringMatching(/^[a-z_]{1,20}$/),
      text: fc.json(),
      size: fc.integer({ min: 1, max: 9 }),
    });
    const property = fc.property(fc.array(call, { maxLength: 4 }), fc.infiniteStream(fc.nat()), (calls, chances) => {
      const queues = calls.map(({ name, text, size }, index): ToolCallPart[] => [
        { index, id: `call_${index}`, function: { name: '', arguments: '' } },
        ...split(name, size).map((piece) => ({ index, function: { name: piece } })),
        ...split(text, size).map((piece) => ({ index, function: { arguments: piece } })),
      ]);
      // All begin in their order, then each piece comes from a call that chance names.
      const parts = queues.map((queue) => queue.shift() as ToolCallPart);
      while (queues.some(({ length }) => length > 0)) {
        const left = queues.filter(({ length }) => length > 0);
        parts.push(left[(chances.next().value as number) % left.length]?.shift() as ToolCallPart);
      }
      expect(complete(parts)).toEqual(
        calls.map(({ name, text }, index) => ({ id: `call_${index}`, name, arguments: text })),
      );
    });
    await runProperty('pieces of calls', property, { numRuns: 300 });
  });

  it('are of the same call where a server says id and name each time', () => {
    const part = (text: string) => ({ index: 0, id: 'a', function: { name: 'block_card', arguments: text } });
    expect(complete([part('{"a"'), part(':1}')])).toEqual([{ id: 'a', name: 'block_card', arguments: '{"a":1}' }]);
  });

  it('are of another call where the id is another one under the same index', () => {
    const parts = ['a', 'b'].map((id) => ({ index: 0, id, function: { name: id, arguments: '{}' } }));
    expect(complete(parts).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  it('belong to the latest call where they have no index', () => {
    const parts = [{ id: 'a', function: { name: 'f', arguments: '{' } }, { function: { arguments: '}' } }];
    expect(complete(parts)).toEqual([{ id: 'a', name: 'f', arguments: '{}' }]);
  });

  it('are an object without members where the model wrote none', () => {
    expect(complete([{ index: 0, id: 'a', function: { name: 'f' } }])[0]?.arguments).toBe('{}');
  });
});
