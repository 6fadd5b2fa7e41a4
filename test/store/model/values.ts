import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/common/json';
import { isName, type Op, MESSAGE_ROLES } from '../../../src/store/ops';

/** Names that meet fields of the store, members of every object, pattern characters and the longest that may be. */
const ODD_NAMES = [
  ...['a', 'b', 'default', '__proto__', 'constructor', 'hasOwnProperty', 'toString', 'session', 'ended', 'v', 'm:1:a'],
  ...[
    't:1',
    'p:a',
    'corememory',
    'chat_history',
    'tts_interrupted',
    'active_agent',
    ':',
    ' ',
    '1',
    '"',
    '\\',
    '%d',
    '[',
  ],
  ...['é', 'e\u0301', '\u2028', '😀', '\uffff', '-', '😀'.repeat(256)],
] as const;

export const nameOf = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string>('a', 'b', '__proto__') },
  { weight: 3, arbitrary: fc.constantFrom<string>(...ODD_NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter(isName) },
);

/** Texts with the codec's separator, control characters, half a surrogate pair, and what looks like JSON or fields. */
export const textOf = fc.oneof(
  fc.constantFrom(
    '',
    '\u001f',
    'a\u001fb\u001f',
    '\u0000',
    '\ud800',
    '"',
    '\\',
    '[1,',
    '{}',
    ',null',
    '\u2028\n',
    '1 2 3',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.lorem({ maxCount: 8 }),
);

const numberOf = fc.oneof(
  fc.constantFrom(0, 0.1, 0.1 + 0.2, 1 / 3, 1e-7, 5e-324, 1e21, 2 ** 53 - 1, 1.7976931348623157e308, -1.5),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
);

/** What JSON carries comes back as JSON has it: `-0` is 0 there. */
const asJson = <T extends JsonValue>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const { value: anyValue } = fc.letrec<{ value: JsonValue; list: JsonValue[]; object: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.oneof(fc.constantFrom<JsonValue>(null, true, false, [], {}, [[]], [{}], { '': {} }), numberOf, textOf),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }),
  object: fc
    .array(fc.tuple(fc.oneof(nameOf, textOf), tie('value')), { maxLength: 4 })
    .map((entries): JsonObject => Object.fromEntries(entries)),
}));

export const valueOf = anyValue.map(asJson);
export const objectOf = fc
  .array(fc.tuple(fc.oneof(nameOf, textOf, fc.constantFrom('generated', 'interrupted')), valueOf), { maxLength: 4 })
  .map((entries): JsonObject => Object.fromEntries(entries));
const slotsOf = fc
  .array(fc.tuple(nameOf, valueOf), { maxLength: 4 })
  .map((entries): JsonObject => Object.fromEntries(entries));

const secondsOf = fc.oneof(
  fc.constantFrom(0, 1e-10, 5e-324, 0.1, 0.2, 1 / 3, 1, 12.345, 1e15),
  fc.double({ min: 0, max: 1000, noNaN: true }).map(asJson),
);
const timeOf = fc.constantFrom(0, 12.345, 1_700_000_000.123456, 1e21);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** An operation without the members that it leaves undefined. */
function op(name: Op['op'], members: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<Op> {
  return fc.record(members).map((record) => {
    const present = Object.entries(record).filter(([, member]) => member !== undefined);
    return { op: name, ...Object.fromEntries(present) } as unknown as Op;
  });
}

const append = op('append', {
  agent: nameOf,
  role: fc.constantFrom(...MESSAGE_ROLES),
  content: textOf,
  at: optional(timeOf),
  meta: optional(objectOf),
});

const seqOf = fc.integer({ min: 1, max: 40 });
const spokenOf = fc.oneof(
  fc.record({ seq: seqOf, content: textOf }),
  fc.record({ seq: seqOf, characters: fc.integer({ min: 0, max: 30 }) }),
);

/** Any operation; a truncation names its message by a number that is fitted to the session before it is sent. */
export const opOf: fc.Arbitrary<Op> = fc.oneof(
  { weight: 5, arbitrary: append },
  {
    weight: 2,
    arbitrary: op('truncate', {
      seq: fc.integer({ min: 1, max: 40 }),
      content: textOf,
      epoch: optional(fc.constantFrom(0, 1, 2, Number.MAX_SAFE_INTEGER)),
    }),
  },
  { weight: 1, arbitrary: op('clearHistory', { agent: optional(nameOf) }) },
  { weight: 2, arbitrary: op('systemPrompt', { agent: nameOf, content: textOf }) },
  { weight: 2, arbitrary: op('setContext', { key: nameOf, value: valueOf }) },
  { weight: 3, arbitrary: op('mergeContext', { key: nameOf, value: objectOf }) },
  { weight: 1, arbitrary: op('deleteContext', { key: nameOf }) },
  { weight: 1, arbitrary: op('setSlots', { slots: slotsOf }) },
  { weight: 1, arbitrary: op('setToolOutput', { tool: nameOf, output: valueOf }) },
  { weight: 1, arbitrary: op('setInterrupted', { value: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: op('setInterrupted', { value: fc.constant(true), cause: optional(nameOf), spoken: optional(spokenOf) }),
  },
  { weight: 1, arbitrary: op('setActiveAgent', { agent: nameOf }) },
  {
    weight: 3,
    arbitrary: op('recordLatency', {
      stage: nameOf,
      seconds: secondsOf,
      run: optional(nameOf),
      at: optional(timeOf),
      meta: optional(objectOf),
    }),
  },
);

/** A change of agents, refused where `after` is not 0: it counts from the changes there are when it is sent. */
const changeAgents = fc
  .record({
    after: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1000) }),
    records: fc
      .array(fc.tuple(nameOf, valueOf), { maxLength: 3 })
      .map((entries): JsonObject => Object.fromEntries(entries)),
    entry: objectOf,
    digest: fc.constantFrom('00ff', 'abcdef0123456789'),
    keep: fc.constantFrom(1, 2, 200),
    keepBytes: fc.constantFrom(1, 200, 1_000_000),
    experiment: fc.option(fc.record({ id: textOf, variant: textOf })),
  })
  .map((members): Op => ({ op: 'changeAgents', ...members }));

/** Any operation that a store applies, those that no client can send included. */
export const storedOpOf: fc.Arbitrary<Op> = fc.oneof(
  { weight: 12, arbitrary: opOf },
  { weight: 1, arbitrary: changeAgents },
);
