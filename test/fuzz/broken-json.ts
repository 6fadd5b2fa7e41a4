import fc from 'fast-check';
import { oddKey, oddValue, withMember, withRawValues } from './odd';

/** One thing that is done to a value: where is counted through all places that it has. */
interface Change {
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'wrap';
  readonly key: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(1000),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add', 'wrap'),
  key: oddKey,
  value: oddValue,
});

/** More than any body or frame may hold. */
const TOO_LARGE = 1_100_000;

const textChange: fc.Arbitrary<(text: string) => string> = fc.oneof(
  fc.nat(1000).map((at) => (text: string) => text.slice(0, at % (text.length + 1))),
  fc.tuple(fc.nat(1000), fc.string({ maxLength: 3 })).map(([at, more]) => (text: string) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + more + text.slice(place);
  }),
  fc.constantFrom(
    (text: string) => `\ufeff${text}`,
    (text: string) => `${text}${text}`,
    (text: string) => `[${text}]`,
    (text: string) => JSON.stringify(text),
    () => '',
  ),
);

/** JSON texts of values: as they are, changed in a few places, or broken as texts. */
export function jsonTexts(values: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const plain = values.map((value) => JSON.stringify(value) ?? '');
  const changed = fc
    .tuple(values, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) => withRawValues(JSON.stringify(changes.reduce(applied, value)) ?? ''));
  return fc.oneof(
    { arbitrary: plain, weight: 200 },
    { arbitrary: changed, weight: 225 },
    { arbitrary: fc.tuple(plain, textChange).map(([text, broken]) => broken(text)), weight: 70 },
    { arbitrary: plain.map((text) => text.padEnd(TOO_LARGE)), weight: 1 },
  );
}

/** Never changes the value itself: the library may use it again. */
function applied(value: unknown, { place, ...what }: Change): unknown {
  const places = countPlaces(value);
  return at(value, place % places, what);
}

function countPlaces(value: unknown): number {
  return 1 + membersOf(value).reduce((sum, [, member]) => sum + countPlaces(member), 0);
}

function at(value: unknown, place: number, what: Omit<Change, 'place'>): unknown {
  if (place === 0) return done(value, what);
  let left = place - 1;
  for (const [key, member] of membersOf(value)) {
    const places = countPlaces(member);
    if (left < places) return put(value as object, key, what.kind === 'remove' && left === 0, at(member, left, what));
    left -= places;
  }
  return value;
}

function done(value: unknown, { kind, key, value: odd }: Omit<Change, 'place'>): unknown {
  if (kind === 'wrap') return [value];
  if (kind !== 'add' || typeof value !== 'object' || value === null) return odd;
  return Array.isArray(value) ? [...(value as unknown[]), odd] : withMember(value, key, odd);
}

function put(container: object, key: string, isRemoved: boolean, member: unknown): unknown {
  if (Array.isArray(container)) {
    return isRemoved ? container.toSpliced(Number(key), 1) : container.with(Number(key), member);
  }
  if (!isRemoved) return withMember(container, key, member);
  return Object.fromEntries(Object.entries(container).filter(([name]) => name !== key));
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
