import type { JsonValue } from '../common/json';
import { equalParameters, haveSameParameters, isSameText } from './same-text';

describe('values of parameters', () => {
  it.each<[JsonValue, JsonValue]>([
    ['2', 2],
    ['True', true],
    [' San Jose ', 'san jose'],
    [
      ['a', 1],
      ['A', 1],
    ],
    ['null', null],
  ])('%j and %j are the same', (one, other) => expect(isSameText(one, other)).toBe(true));

  it.each<[JsonValue, JsonValue]>([
    ['2', '2.0'],
    ['2019-03-07', 'next Thursday'],
    ['', null],
    [{ a: 1 }, { a: 2 }],
  ])('%j and %j differ', (one, other) => expect(isSameText(one, other)).toBe(false));

  it('are counted where both have them', () => {
    expect(equalParameters({ city: 'Oslo', date: 'today' }, { city: 'oslo', date: 'tomorrow', more: 1 })).toBe(1);
    expect(equalParameters({ toString: 'x' }, {})).toBe(0);
  });

  it('make two calls the same only without any other', () => {
    expect(haveSameParameters({ city: 'Oslo', seats: 2 }, { seats: '2', city: 'OSLO' })).toBe(true);
    expect(haveSameParameters({ city: 'Oslo' }, { city: 'Oslo', seats: 2 })).toBe(false);
    expect(haveSameParameters({ city: 'Oslo', seats: 2 }, { city: 'Oslo' })).toBe(false);
    expect(haveSameParameters({}, {})).toBe(true);
  });
});
