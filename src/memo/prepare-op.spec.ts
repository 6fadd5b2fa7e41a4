import { refusalOf } from '../../test/memo/memo.harness';
import type { JsonValue } from '../common/json';
import type { Op } from '../store/ops';
import { prepareOp } from './prepare-op';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

describe('prepareOp', () => {
  const setting = (value: unknown): Op => ({ op: 'setContext', key: 'k', value: value as JsonValue });
  const valueOf = (value: unknown) => (prepareOp(setting(value)).op as { value: JsonValue }).value;

  it('copies and freezes what a program may go on changing', () => {
    const value = { list: [1] };
    const kept = valueOf(value);
    value.list.push(2);
    expect(kept).toEqual({ list: [1] });
    expect(Object.isFrozen((kept as typeof value).list)).toBe(true);
  });

  it.each([
    ['not a number', NaN, null],
    ['infinity', -Infinity, null],
    ['negative zero', -0, 0],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an object with an undefined member', { a: undefined, b: 1 }, { b: 1 }],
  ])('keeps of %s what the store will keep', (_name, value, kept) => {
    expect(valueOf(value)).toStrictEqual(kept);
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a BigInt', 1n],
    ['a BigInt inside', { a: [1n] }],
    ['a cycle', cyclic],
  ])('refuses %s', (_name, value) => {
    expect(refusalOf(() => prepareOp(setting(value)))).toBe('validation_failed');
    const output = value as JsonValue;
    expect(refusalOf(() => prepareOp({ op: 'setToolOutput', tool: 't', output }))).toBe('validation_failed');
  });

  it('refuses what the store would refuse', () => {
    expect(refusalOf(() => prepareOp({ op: 'deleteContext', key: '' }))).toBe('validation_failed');
    const content = 'é'.repeat(40_000);
    expect(refusalOf(() => prepareOp({ op: 'append', agent: 'a', role: 'user', content }))).toBe('message_too_large');
  });
});
