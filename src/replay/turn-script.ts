import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../common/json';
import type { ClientOp } from '../store/ops';
import { type Call, type CallTurn, slotsOf, type ToolCall, toolCallsOf } from '../programs/call';
import { simulateTiming, type StageSample, type TurnTiming } from './simulated-latency';

/** One turn as a voice runtime writes it: one batch. */
export interface TurnScript {
  readonly idempotencyKey: string;
  readonly waitSeconds: number;
  readonly ops: readonly ClientOp[];
}

export interface CallScript {
  readonly call: Call;
  readonly timing: readonly TurnTiming[];
  /** What the session is opened with: it says where its contents come from. */
  readonly context: JsonObject;
  readonly turns: readonly TurnScript[];
}

/** Key of the session's context that says what was played into it. */
export const REPLAY_KEY = 'replay';

export function scriptCall(call: Call, seed: number): CallScript {
  const timing = simulateTiming(call, seed);
  const sentSlots = new Map<string, JsonValue>();
  let exchange = 0;
  const turns = call.turns.map((turn, index): TurnScript => {
    const { waitSeconds, samples } = timing[index] as TurnTiming;
    if (turn.role === 'user' || index === 0) exchange += 1;
    const ops = [
      ...handoff(turn, call.turns[index - 1]),
      say(turn),
      ...newSlots(slotsOf(turn), sentSlots),
      ...toolOutputs(toolCallsOf(turn)),
      ...samples.map((sample) => recordLatency(sample, exchange)),
    ];
    return { idempotencyKey: `turn-${index + 1}`, waitSeconds, ops };
  });
  return { call, timing, context: { [REPLAY_KEY]: { callId: call.callId, seed, simulatedLatency: true } }, turns };
}

function handoff(turn: CallTurn, before: CallTurn | undefined): ClientOp[] {
  return before?.agent === turn.agent ? [] : [{ op: 'setActiveAgent', agent: turn.agent }];
}

function say({ agent, role, text }: CallTurn): ClientOp {
  return { op: 'append', agent, role, content: text };
}

/** A turn names all slots known so far; a runtime sends what is new. */
function newSlots(slots: JsonObject, sent: Map<string, JsonValue>): ClientOp[] {
  const changed = Object.entries(slots).filter(([name, value]) => !isDeepStrictEqual(sent.get(name), value));
  for (const [name, value] of changed) sent.set(name, value);
  return changed.length === 0 ? [] : [{ op: 'setSlots', slots: Object.fromEntries(changed) }];
}

function toolOutputs(calls: readonly ToolCall[]): ClientOp[] {
  return calls.map(({ tool, results }) => ({ op: 'setToolOutput', tool, output: results }));
}

function recordLatency({ stage, seconds }: StageSample, exchange: number): ClientOp {
  return { op: 'recordLatency', stage, seconds, run: `turn-${exchange}`, meta: { simulated: true } };
}
