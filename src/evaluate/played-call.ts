import type { Exchange, Handoff } from './exchanges';
import type { MadeCall } from './made-calls';
import type { TurnAnswer } from './service-answers';

/** `completed`, `interrupted` and `failed` are the service's words. */
export type TurnEnd = TurnAnswer['outcome'] | 'hung' | 'not played';

/** What the service made of an exchange. */
export interface PlayedTurn {
  readonly exchange: Exchange;
  readonly end: TurnEnd;
  /** Who was in charge at the end; empty where nobody knows. */
  readonly agent: string;
  /** Whether the script's agent had to be put in charge before it, because the model had left another one. */
  readonly isCorrected: boolean;
  readonly handoffs: readonly Handoff[];
  readonly toolCalls: readonly MadeCall[];
  /** Calls of tools that the service refused, or that failed. */
  readonly refusedCalls: number;
  /** Of the request; undefined where it was not answered. */
  readonly milliseconds: number | undefined;
}

export interface PlayedCall {
  /** One for each exchange of the script. */
  readonly turns: readonly PlayedTurn[];
  /** Codes of all that failed. */
  readonly failures: readonly string[];
}

/** An exchange that the service has not answered. */
export function unanswered(exchange: Exchange, end: TurnEnd, isCorrected = false): PlayedTurn {
  const nothing = { handoffs: [], toolCalls: [], refusedCalls: 0 };
  return { exchange, end, agent: '', isCorrected, ...nothing, milliseconds: undefined };
}

export function isAnswered({ end }: PlayedTurn): boolean {
  return end === 'completed' || end === 'interrupted';
}
