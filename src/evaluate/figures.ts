import { type Agreement, sumOf } from './agreement';
import { type PlayedCall, type PlayedTurn, type TurnEnd, isAnswered } from './played-call';
import { scoreTurn } from './turn-score';

/** What an evaluation finds, in numbers. */
export interface Figures {
  readonly calls: number;
  readonly turns: {
    /** The caller's, in the script. */
    readonly script: number;
    readonly answered: number;
    /** Of the answered ones. */
    readonly interrupted: number;
    readonly failed: number;
    readonly hung: number;
    readonly notPlayed: number;
  };
  readonly tools: Agreement & {
    /** Of the agreeing calls, those with the script's parameters throughout. */
    readonly sameParameters: number;
    /** Of the model's calls, those that the service refused, or that failed. */
    readonly refused: number;
  };
  /** Of the agreeing calls. */
  readonly parameters: Agreement;
  readonly handoffs: Agreement & {
    /** Turns in which both hand over, to whomever. */
    readonly sameTurn: number;
  };
  readonly inCharge: {
    /** Turns after which the script's agent is in charge. */
    readonly agree: number;
    /** What a model that never hands over reaches: the turns that the script ends with the agent they begin with. */
    readonly withoutHandoffs: number;
    /** Turns before which the script's agent had to be put in charge. */
    readonly corrected: number;
  };
  /** How often what failed, by code. */
  readonly failures: Readonly<Record<string, number>>;
}

export function figuresOf(calls: readonly PlayedCall[]): Figures {
  const turns = calls.flatMap((call) => call.turns);
  const scores = turns.map(scoreTurn);
  const count = (isCounted: (turn: PlayedTurn) => boolean) => turns.filter(isCounted).length;
  const ending = (end: TurnEnd) => count((turn) => turn.end === end);
  return {
    calls: calls.length,
    turns: {
      script: turns.length,
      answered: count(isAnswered),
      interrupted: ending('interrupted'),
      failed: ending('failed'),
      hung: ending('hung'),
      notPlayed: ending('not played'),
    },
    tools: {
      ...sumOf(scores.map(({ tools }) => tools)),
      sameParameters: scores.reduce((sum, { sameCalls }) => sum + sameCalls, 0),
      refused: turns.reduce((sum, { refusedCalls }) => sum + refusedCalls, 0),
    },
    parameters: sumOf(scores.map(({ parameters }) => parameters)),
    handoffs: {
      ...sumOf(scores.map(({ handoffs }) => handoffs)),
      sameTurn: scores.filter(({ bothHandOver }) => bothHandOver).length,
    },
    inCharge: {
      agree: scores.filter(({ isInCharge }) => isInCharge).length,
      withoutHandoffs: count(({ exchange }) => exchange.before === exchange.after),
      corrected: count(({ isCorrected }) => isCorrected),
    },
    failures: tally(calls.flatMap(({ failures }) => failures)),
  };
}

function tally(codes: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return Object.fromEntries([...counts].sort());
}
