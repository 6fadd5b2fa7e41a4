import { isDeepStrictEqual } from 'node:util';

import fc from 'fast-check';

import { nestsWithin } from './json';
import { CIRCULAR, MAX_JSON_SAFE_DEPTH, TOO_DEEP, toJsonSafe } from './json-safe';

describe('toJsonSafe', () => {
  it('keeps plain JSON as it is, in a copy', () => {
    const value = { a: [1, 'two', null, true], b: { c: {} } };
    expect(toJsonSafe(value)).toEqual(value);
    expect(toJsonSafe(value)).not.toBe(value);
  });

  it.each([
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), null],
    ['a buffer', Buffer.from('hello'), 'aGVsbG8='],
    ['a byte array', new Uint8Array([1, 2, 3]).subarray(1), 'AgM='],
    ['an array buffer', new Uint8Array([1, 2, 3]).buffer, 'AQID'],
    ['a small bigint', 12n, 12],
    ['a large bigint', 2n ** 60n, '1152921504606846976'],
    ['NaN', Number.NaN, null],
    ['infinity', -Infinity, null],
    ['negative zero', -0, 0],
    ['undefined', undefined, null],
    ['a function', () => 1, null],
    ['a symbol', Symbol('s'), null],
    ['a boxed number', Object(5), 5],
    ['a URL', new URL('https://example.com/a'), 'https://example.com/a'],
    ['a set', new Set([1, undefined, 'x']), [1, null, 'x']],
    ['a sparse array', Object.assign([], { 1: 'x' }), [null, 'x']],
  ])('converts %s', (_, value, expected) => {
    expect(toJsonSafe(value)).toEqual(expected);
  });

  it.each([
    [{ $date: '2024-05-01T10:00:00Z' }, '2024-05-01T10:00:00.000Z'],
    [{ $date: 0 }, '1970-01-01T00:00:00.000Z'],
    [{ $date: { $numberLong: '1000' } }, '1970-01-01T00:00:01.000Z'],
    [{ $date: new Date(1) }, { $date: '1970-01-01T00:00:00.001Z' }],
    [{ $date: 'next week' }, { $date: 'next week' }],
    [{ $date: null }, { $date: null }],
    [{ $oid: '65f0c0ffee65f0c0ffee65f0' }, '65f0c0ffee65f0c0ffee65f0'],
    [{ $oid: 5 }, { $oid: 5 }],
    [
      { $oid: 'x', other: 1 },
      { $oid: 'x', other: 1 },
    ],
    [{ $numberInt: '42' }, 42],
    [{ $numberLong: '-7' }, -7],
    [{ $numberLong: '9223372036854775807' }, '9223372036854775807'],
    [{ $numberLong: 'many' }, { $numberLong: 'many' }],
    [{ $numberDouble: '1.5' }, 1.5],
    [{ $numberDouble: '-0.0' }, 0],
    [{ $numberDouble: 'Infinity' }, null],
    [{ $numberDecimal: '1250.50' }, 1250.5],
    [{ $numberDecimal: '0.1234567890123456789' }, '0.1234567890123456789'],
    [{ $numberDecimal: '1E-400' }, '1E-400'],
    [{ $numberDecimal: '12 euro' }, { $numberDecimal: '12 euro' }],
    [{ $other: 1 }, { $other: 1 }],
  ])('reads the extended JSON %j', (value, expected) => {
    expect(toJsonSafe(value)).toEqual(expected);
  });

  it('drops from objects what JSON has no word for, and puts null for it in arrays', () => {
    expect(toJsonSafe({ a: undefined, b: () => 1, c: Symbol('c'), d: 1 })).toEqual({ d: 1 });
    expect(toJsonSafe([undefined, () => 1, Symbol('c'), 1])).toEqual([null, null, null, 1]);
  });

  it('makes a map an object, whatever its keys are', () => {
    const map = new Map<unknown, unknown>([
      ['a', 1],
      [2, new Map([['b', new Date(0)]])],
      [new Date(0), 3],
      [{ k: 1 }, 4],
      [Symbol('s'), 5],
    ]);
    expect(toJsonSafe(map)).toEqual({
      a: 1,
      2: { b: '1970-01-01T00:00:00.000Z' },
      '1970-01-01T00:00:00.000Z': 3,
      '{"k":1}': 4,
    });
  });

  it('honours toJSON, also one that answers the object itself', () => {
    const self = { a: 1, toJSON: (): unknown => self };
    expect(toJsonSafe({ toJSON: () => ({ when: new Date(0) }) })).toEqual({
      when: '1970-01-01T00:00:00.000Z',
    });
    expect(toJsonSafe({ toJSON: () => ({ $numberDecimal: '2.5' }) })).toBe(2.5);
    expect(toJsonSafe([{ toJSON: () => undefined }])).toEqual([null]);
    expect(toJsonSafe(self)).toEqual({ a: 1 });
  });

  it('writes an ObjectId as its hex string', () => {
    expect(toJsonSafe({ _id: { toHexString: () => 'c0ffee', toJSON: () => 'other' } })).toEqual({
      _id: 'c0ffee',
    });
  });

  it('marks cycles and keeps references that are only shared', () => {
    const shared = { n: 1 };
    const loop: Record<string, unknown> = { first: shared, second: shared };
    loop['self'] = loop;
    loop['list'] = [new Map([['up', loop]])];
    expect(toJsonSafe(loop)).toEqual({
      first: { n: 1 },
      second: { n: 1 },
      self: CIRCULAR,
      list: [{ up: CIRCULAR }],
    });
  });

  it('cuts what nests too deep instead of overflowing the stack', () => {
    let deep: unknown = 'end';
    for (let level = 0; level < 200_000; level += 1) deep = level % 2 === 0 ? [deep] : { deep };
    const safe = toJsonSafe(deep);
    expect(nestsWithin(safe, MAX_JSON_SAFE_DEPTH)).toBe(true);
    expect(JSON.stringify(safe)).toContain(TOO_DEEP);
  });

  it('ends when toJSON always answers something new', () => {
    const endless = (): object => ({ toJSON: () => ({ next: endless() }) });
    expect(JSON.stringify(toJsonSafe(endless()))).toContain(TOO_DEEP);
  });

  it('puts null for what throws while it is read, and keeps the rest', () => {
    const broken = {
      ok: 1,
      get bad(): number {
        throw new Error('no');
      },
      worse: {
        toJSON: () => {
          throw new Error('no');
        },
      },
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(toJsonSafe(broken)).toEqual({ ok: 1, bad: null, worse: null });
    expect(toJsonSafe([proxy])).toEqual([null]);
  });

  it('keeps an own __proto__ property as data', () => {
    const safe = toJsonSafe(JSON.parse('{"__proto__":{"admin":true},"a":{"__proto__":1}}')) as object;
    expect(Object.getPrototypeOf(safe)).toBe(Object.prototype);
    expect(JSON.stringify(safe)).toBe('{"__proto__":{"admin":true},"a":{"__proto__":1}}');
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    expect(JSON.stringify(toJsonSafe(new Map([['__proto__', { admin: true }]])))).toBe('{"__proto__":{"admin":true}}');
  });

  it('gives for any value what JSON carries unchanged', () => {
    const wrapper = fc
      .tuple(
        fc.constantFrom('$date', '$oid', '$numberInt', '$numberLong', '$numberDouble', '$numberDecimal'),
        fc.oneof(fc.string(), fc.double().map(String), fc.bigInt().map(String), fc.anything()),
      )
      .map(([key, content]) => ({ [key]: content }));
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
      stringUnit: 'binary',
    });
    fc.assert(
      fc.property(fc.oneof(anything, wrapper, fc.array(wrapper)), (value) => {
        const safe = toJsonSafe(value);
        expect(nestsWithin(safe, MAX_JSON_SAFE_DEPTH)).toBe(true);
        expect(isDeepStrictEqual(JSON.parse(JSON.stringify(safe)), safe)).toBe(true);
        expect(isDeepStrictEqual(toJsonSafe(safe), safe)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
