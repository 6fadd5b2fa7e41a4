import { type Static, Type } from '@sinclair/typebox';

/** The parts of the service's answers that an evaluation reads. */
const EVENT = Type.Object({
  type: Type.String(),
  tool: Type.Optional(Type.String()),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  ok: Type.Optional(Type.Boolean()),
  code: Type.Optional(Type.String()),
});
export type TurnEventAnswer = Static<typeof EVENT>;

export const TURN = Type.Object({
  agent: Type.String(),
  outcome: Type.Union([Type.Literal('completed'), Type.Literal('interrupted'), Type.Literal('failed')]),
  events: Type.Array(EVENT),
});
export type TurnAnswer = Static<typeof TURN>;

const MESSAGE = Type.Object({ role: Type.String(), meta: Type.Optional(Type.Unknown()) });
export const SESSION = Type.Object({ history: Type.Record(Type.String(), Type.Array(MESSAGE)) });
export type SessionAnswer = Static<typeof SESSION>;

const STAGE = Type.Object({
  count: Type.Integer(),
  p50: Type.Number(),
  p95: Type.Number(),
  p99: Type.Number(),
});
export type StageAnswer = Static<typeof STAGE>;

export const LATENCY = Type.Object({ stages: Type.Record(Type.String(), STAGE) });

export const READY = Type.Object({ details: Type.Object({ model: Type.Object({ model: Type.String() }) }) });
