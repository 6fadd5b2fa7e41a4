import type { Agreement } from './agreement';
import type { Handoff } from './exchanges';
import { pairCalls } from './pair-calls';
import { isAnswered, type PlayedTurn } from './played-call';
import { haveSameParameters } from './same-text';

/** How far a turn agrees with the script. */
export interface TurnScore {
  /** Calls of tools, by name. */
  readonly tools: Agreement;
  /** Parameters of the calls that agree by name. */
  readonly parameters: Agreement;
  /** Calls that agree by name and in all parameters. */
  readonly sameCalls: number;
  /** Handoffs, by the agent who takes over. */
  readonly handoffs: Agreement;
  /** Whether both hand over, to whomever. */
  readonly bothHandOver: boolean;
  /** Whether the script's agent is in charge at the end. */
  readonly isInCharge: boolean;
}

/** A turn that was not answered to its end counts with all that the script has of it. */
export function scoreTurn(turn: PlayedTurn): TurnScore {
  const { exchange, toolCalls, handoffs } = turn;
  const pairs = pairCalls(exchange.toolCalls, toolCalls);
  return {
    tools: { script: exchange.toolCalls.length, made: toolCalls.length, agree: pairs.length },
    parameters: {
      script: total(pairs, ({ script }) => Object.keys(script.parameters).length),
      made: total(pairs, ({ made }) => Object.keys(made.parameters).length),
      agree: total(pairs, ({ equal }) => equal),
    },
    sameCalls: pairs.filter(({ script, made }) => haveSameParameters(script.parameters, made.parameters)).length,
    handoffs: {
      script: exchange.handoffs.length,
      made: handoffs.length,
      agree: commonTargets(exchange.handoffs, handoffs),
    },
    bothHandOver: exchange.handoffs.length > 0 && handoffs.length > 0,
    isInCharge: isAnswered(turn) && turn.agent === exchange.after,
  };
}

function commonTargets(script: readonly Handoff[], made: readonly Handoff[]): number {
  const left = made.map(({ to }) => to);
  return script.filter(({ to }) => {
    const index = left.indexOf(to);
    if (index !== -1) left.splice(index, 1);
    return index !== -1;
  }).length;
}

function total<T>(items: readonly T[], amount: (item: T) => number): number {
  return items.reduce((sum, item) => sum + amount(item), 0);
}
