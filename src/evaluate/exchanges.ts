import { type Call, type ToolCall, toolCallsOf } from '../programs/call';

/** A change of the agent that holds the call. */
export interface Handoff {
  readonly from: string;
  readonly to: string;
}

/** What the caller says, and what the script has come of it until the caller speaks again. */
export interface Exchange {
  readonly said: string;
  /** Who holds the call when the caller begins to speak. */
  readonly before: string;
  /** Who holds it when the caller speaks again, or the call ends. */
  readonly after: string;
  readonly toolCalls: readonly ToolCall[];
  readonly handoffs: readonly Handoff[];
}

/**
 * The exchanges of a call. In most handoffs of the recorded calls it is the caller's own turn that the new agent holds: it
 * is these words that the agent before hears and hands over for, so such a change belongs to the exchange that they begin.
 * What comes before the caller's first words belongs to none.
 */
export function exchangesOf({ turns }: Call): readonly Exchange[] {
  const exchanges: OpenExchange[] = [];
  let holder = turns[0]?.agent ?? '';
  for (const turn of turns) {
    const { agent } = turn;
    if (turn.role === 'user') {
      exchanges.push({ said: turn.text, before: holder, after: holder, toolCalls: [], handoffs: [] });
    }
    const exchange = exchanges.at(-1);
    if (exchange) {
      if (agent !== holder) exchange.handoffs.push({ from: holder, to: agent });
      exchange.toolCalls.push(...toolCallsOf(turn));
      exchange.after = agent;
    }
    holder = agent;
  }
  return exchanges;
}

interface OpenExchange extends Exchange {
  after: string;
  readonly toolCalls: ToolCall[];
  readonly handoffs: Handoff[];
}
