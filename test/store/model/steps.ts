import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/common/json';
import { type Op, MESSAGE_ROLES } from '../../../src/store/ops';
import { nameOf, objectOf, storedOpOf, textOf, valueOf } from './values';

export type Writer = 'store' | 'peer';

/** A batch to come: its truncations are fitted to the session before it is sent, or made to miss. */
export interface Draft {
  readonly writer: Writer;
  readonly ops: readonly Op[];
  /** Ends with a truncation of a number never given. */
  readonly broken: boolean;
}

export type Step =
  | { readonly kind: 'create'; readonly ttlSeconds: number; readonly draft: Draft }
  | { readonly kind: 'apply'; readonly draft: Draft }
  /** Submitted at once, without waiting; those marked are sent by both writers. */
  | { readonly kind: 'burst'; readonly drafts: readonly (Draft & { readonly byBoth: boolean })[] }
  /** An earlier batch again, or another one under its id. */
  | {
      readonly kind: 'again';
      readonly writer: Writer;
      readonly pick: number;
      readonly call: 'apply' | 'create';
      readonly changed: boolean;
    }
  | { readonly kind: 'advance'; readonly seconds: number }
  | { readonly kind: 'end'; readonly writer: Writer }
  | {
      readonly kind: 'read';
      readonly writer: Writer;
      readonly key: string;
      readonly agent: string;
      readonly limit: number;
    };

const writerOf = fc.constantFrom<Writer>('store', 'peer');
const brokenOf = fc.integer({ min: 0, max: 7 }).map((n) => n === 0);
const draftOf = fc.record({ writer: writerOf, ops: fc.array(storedOpOf, { maxLength: 6 }), broken: brokenOf });

/** With {@link secondsOf}: no sum of steps comes near a time to live, where a real server's clock would decide. */
export const TTLS = [100, 1000, 7200] as const;
const secondsOf = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0.001, 0.25) },
  { weight: 2, arbitrary: fc.constant(70) },
  { weight: 1, arbitrary: fc.constantFrom(630, 7700) },
);

export const stepOf: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('create' as const),
      ttlSeconds: fc.constantFrom(...TTLS),
      draft: draftOf,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('apply' as const), draft: draftOf }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('burst' as const),
      drafts: fc.array(
        fc.tuple(draftOf, fc.boolean()).map(([draft, byBoth]) => ({ ...draft, byBoth })),
        { minLength: 2, maxLength: 6 },
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('again' as const),
      writer: writerOf,
      pick: fc.nat(100),
      call: fc.constantFrom('apply' as const, 'create' as const),
      changed: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), seconds: secondsOf }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), writer: writerOf }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      writer: writerOf,
      key: nameOf,
      agent: nameOf,
      limit: fc.constantFrom(1, 2, 5, 100),
    }),
  },
);

/** How a session begins: not at all, opened, or as an older service left it. */
export type Start =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'opened'; readonly ttlSeconds: number }
  | { readonly kind: 'legacy'; readonly core: JsonObject; readonly history: JsonValue };

/** Names that UTF-8 has: of those alone fields can be made. */
const legacyObject = objectOf.map((members): JsonObject => {
  const entries = Object.entries(members).filter(([name]) => Buffer.from(name).toString() === name);
  return Object.fromEntries(entries);
});

const legacyMessage = fc
  .record(
    {
      role: fc.constantFrom(...MESSAGE_ROLES),
      content: textOf,
      timestamp: fc.constantFrom<JsonValue>(null, 5.5, 1_700_000_000.25, 1_700_000_001),
      extra: valueOf,
    },
    { requiredKeys: ['role', 'content'] },
  )
  .map((message) => message as JsonObject);

const legacySample = fc.record({
  stage: nameOf,
  start: fc.constant(1_700_000_000),
  end: fc.constantFrom(1_700_000_000.2, 1_700_000_001),
  dur: fc.constantFrom(0.20000004768371582, 0.1, 1e-9, 3),
  meta: objectOf,
});

const legacyCore = fc
  .record(
    {
      created_at: fc.constant(1_700_000_000.123456),
      last_activity: fc.constant(1_700_000_009.5),
      slots: legacyObject,
      tool_outputs: legacyObject,
      tts_interrupted: fc.boolean(),
      active_agent: fc.constant('a'),
      latency: fc.array(legacySample, { maxLength: 40 }).map((samples) => ({
        runs: { legacy: { run_id: 'legacy', label: 'legacy', created_at: 1_700_000_000, samples } },
        order: ['legacy'],
      })),
      agent_registry: objectOf,
    },
    { requiredKeys: [] },
  )
  .map((core) => core as unknown as JsonObject);

export const startOf: fc.Arbitrary<Start> = fc.oneof(
  fc.constant<Start>({ kind: 'nothing' }),
  fc.record({ kind: fc.constant('opened' as const), ttlSeconds: fc.constantFrom(...TTLS) }),
  fc.record({
    kind: fc.constant('legacy' as const),
    core: legacyCore,
    history: fc.oneof(
      fc.array(legacyMessage, { maxLength: 5 }),
      fc
        .array(fc.tuple(nameOf, fc.array(legacyMessage, { maxLength: 5 })), { maxLength: 3 })
        .map((entries): JsonObject => Object.fromEntries(entries)),
    ),
  }),
);
