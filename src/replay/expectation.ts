import type { JsonValue } from '../common/json';
import { ACTIVE_AGENT_KEY } from '../store/ops';
import { slotsOf, toolCallsOf } from '../programs/call';
import type { CallScript } from './turn-script';

/** What a session holds once its call has been played, told from the call itself and not from the operations. */
export interface Expectation {
  readonly callId: string;
  /** In the order of the turns. */
  readonly messages: readonly ExpectedMessage[];
  readonly slots: ReadonlyMap<string, JsonValue>;
  readonly toolOutputs: ReadonlyMap<string, JsonValue>;
  readonly context: ReadonlyMap<string, JsonValue>;
  readonly activeAgent: string | undefined;
  /** All samples of each stage, ascending. */
  readonly latency: ReadonlyMap<string, readonly number[]>;
}

export interface ExpectedMessage {
  readonly agent: string;
  readonly role: string;
  readonly content: string;
}

export function expectationOf({ call, timing, context }: CallScript): Expectation {
  const activeAgent = call.turns.at(-1)?.agent;
  return {
    callId: call.callId,
    messages: call.turns.map(({ agent, role, text }) => ({ agent, role, content: text })),
    // Slots are never taken back: what a later turn doesn't name stays.
    slots: new Map(call.turns.flatMap((turn) => Object.entries(slotsOf(turn)))),
    toolOutputs: new Map(call.turns.flatMap(toolCallsOf).map(({ tool, results }) => [tool, results])),
    context: new Map([...Object.entries(context), ...(activeAgent ? [[ACTIVE_AGENT_KEY, activeAgent] as const] : [])]),
    activeAgent,
    latency: byStage(timing.flatMap(({ samples }) => samples)),
  };
}

function byStage(samples: readonly { readonly stage: string; readonly seconds: number }[]) {
  const stages = new Map<string, number[]>();
  for (const { stage, seconds } of samples) stages.set(stage, [...(stages.get(stage) ?? []), seconds]);
  for (const seconds of stages.values()) seconds.sort((left, right) => left - right);
  return stages;
}
