import { type Static, Type } from '@sinclair/typebox';
import type { JsonValue } from '../common/json';

/** The parts of the service's answers that a replay reads. */
const JsonMap = Type.Record(Type.String(), Type.Unsafe<JsonValue>({}));

export const OPENED = Type.Object({ revision: Type.Integer() });

export const RECEIPT = Type.Object({ revision: Type.Integer(), messages: Type.Array(Type.Integer()) });
export type ReceiptAnswer = Static<typeof RECEIPT>;

const MESSAGE = Type.Object({ seq: Type.Integer(), role: Type.String(), content: Type.String() });
export type MessageAnswer = Static<typeof MESSAGE>;

export const SESSION = Type.Object({
  revision: Type.Integer(),
  activeAgent: Type.Union([Type.String(), Type.Null()]),
  interrupted: Type.Boolean(),
  context: JsonMap,
  slots: JsonMap,
  toolOutputs: JsonMap,
  history: Type.Record(Type.String(), Type.Array(MESSAGE)),
});
export type SessionAnswer = Static<typeof SESSION>;

const STAGE = Type.Object(
  Object.fromEntries(
    (['count', 'min', 'max', 'avg', 'total', 'p50', 'p90', 'p95', 'p99'] as const).map((name) => [name, Type.Number()]),
  ),
);
export type StageAnswer = Static<typeof STAGE>;

export const LATENCY = Type.Object({ stages: Type.Record(Type.String(), STAGE) });
export type LatencyAnswer = Static<typeof LATENCY>;
