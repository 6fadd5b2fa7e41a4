import fc from 'fast-check';

/** Stand for sessions that are there, most of the time: what is sent has in their places what {@link SessionsInUse} says. */
export const SESSIONS = Array.from({ length: 16 }, (_, index) => `fuzz-${index}`);

const AGENTS = ['Concierge', 'FraudAgent', 'InvestmentAgent', 'AuthAgent', 'CardAgent', 'Nobody'];
const HANDOFFS = ['handoff_concierge', 'handoff_fraud_agent', 'handoff_investment_agent', 'handoff_nowhere'];
export const EXPERIMENTS = ['variant-a', 'variant-b'];

/** Names that mean something to the service: what fits a schema's pattern is often one of these. */
export const KNOWN_NAMES = [
  ...SESSIONS,
  ...AGENTS,
  ...HANDOFFS,
  ...EXPERIMENTS,
  ...['stt', 'llm_ttft', 'active_agent', 'tts_interrupted', 'control', '2025-01-01'],
];

/** And what often stands under the name of a member, or of a parameter. */
export const NAMES_OF: Readonly<Record<string, readonly string[]>> = {
  sessionId: SESSIONS,
  agent: AGENTS,
  name: AGENTS,
  target: AGENTS,
  tool: HANDOFFS,
  id: EXPERIMENTS,
};

export const oddKey = fc.constantFrom(
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length', 'then', 'op', 'value', '$ref'],
  ...['', '.', '..', '/', 'a/b', '~0', '%2e%2e', 'a\u0000b', 'a\u001fb', 'a\r\nset-cookie: x', '\u202e', '\ufeff'],
  ...['ключ', '😀', '\ud800', "' OR 1=1", '{{7*7}}', '${7*7}', 'x'.repeat(300)],
);

export const oddText = fc.oneof(
  oddKey,
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    ...['{{ "".constructor }}', '{% include "/etc/passwd" %}', '{% for i in (1..9999999) %}x{% endfor %}', '{{'],
    ...['true', '0', '-1', '1e999', 'NaN', 'null', '"1"', 'W/"1"', '*', 'x'.repeat(70_000)],
  ),
);

export const oddNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308, -1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Stand for text that no value becomes by itself; see {@link withRawValues}. */
const RAW: Readonly<Record<string, string>> = {
  '@raw-deep-list': `${'['.repeat(5000)}${']'.repeat(5000)}`,
  '@raw-deep-object': `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`,
  '@raw-endless-number': '1e999',
  '@raw-long-number': `-${'9'.repeat(400)}`,
  '@raw-same-keys': '{"a":1,"a":2,"__proto__":{"polluted":true},"__proto__":null}',
};

export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  oddNumber,
  fc.constantFrom(null, true, false, [], {}),
  fc.constantFrom(...Object.keys(RAW)),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(oddKey, { maxLength: 3 }),
  fc.tuple(oddKey, fc.jsonValue({ maxDepth: 1 })).map(([key, value]) => withMember({}, key, value)),
);

/** Puts what JSON.stringify cannot write in the place of its names. */
export function withRawValues(text: string): string {
  return text.replace(/"(@raw-[a-z-]+)"/g, (whole, name: string) => RAW[name] ?? whole);
}

/** A copy with one more member of its own, `__proto__` as any other. */
export function withMember(object: object, key: string, value: unknown): object {
  return Object.defineProperty({ ...object }, key, { value, enumerable: true, configurable: true, writable: true });
}
