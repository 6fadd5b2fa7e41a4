import { newSessionId } from '../common/ids';
import type { Call } from '../programs/call';
import type { CallRecords } from './call-records';
import { type Exchange, exchangesOf } from './exchanges';
import { type MadeCall, madeCalls } from './made-calls';
import { type PlayedCall, type PlayedTurn, unanswered } from './played-call';
import { handoffTool } from './recorded-agents';
import type { TurnAnswer } from './service-answers';
import { HUNG, RequestFailed, type ServiceClient } from './service-client';

export interface PlayerOptions {
  /** Told of each turn that was played, however it ended. */
  readonly onTurn: () => void;
  /** Stops the calls after the turn they are at. */
  readonly signal: AbortSignal;
}

/**
 * Plays the callers of recorded calls. Their words are the script's, whatever the service has answered. Before each turn the
 * script's agent is in charge, so that one missed handoff does not decide all that comes after it; the conversation that the
 * model sees is the service's own all the same.
 */
export class CallPlayer {
  constructor(
    private readonly client: ServiceClient,
    private readonly records: CallRecords,
    private readonly options: PlayerOptions,
  ) {}

  /** Never rejects for what the service does. */
  async play(call: Call): Promise<PlayedCall> {
    const sessionId = newSessionId();
    this.records.begin(sessionId, call);
    try {
      return await new PlayingCall(sessionId, this.client, this.options).play(call);
    } finally {
      this.records.end(sessionId);
    }
  }
}

class PlayingCall {
  private readonly turns: PlayedTurn[] = [];
  private readonly failures: string[] = [];
  private inCharge = '';

  constructor(
    private readonly sessionId: string,
    private readonly client: ServiceClient,
    private readonly options: PlayerOptions,
  ) {}

  async play(call: Call): Promise<PlayedCall> {
    const exchanges = exchangesOf(call);
    const made = await this.attempt(async () => {
      await this.client.open(this.sessionId, { evaluation: { callId: call.callId } });
      return this.converse(exchanges);
    });
    const played = this.turns.map((turn, index) => ({ ...turn, toolCalls: toolsIn(made?.get(turnName(index)) ?? []) }));
    const others = exchanges.slice(played.length).map((exchange) => unanswered(exchange, 'not played'));
    return { turns: [...played, ...others], failures: this.failures };
  }

  /** Gives what the model called, by turn. */
  private async converse(exchanges: readonly Exchange[]) {
    for (const exchange of exchanges) {
      if (this.options.signal.aborted || !(await this.take(exchange))) break;
    }
    const session = await this.attempt(() => this.client.session(this.sessionId));
    await this.attempt(() => this.client.end(this.sessionId));
    return session && madeCalls(session);
  }

  /** Whether the call goes on: a turn that failed is over, one that was refused or hangs ends the call. */
  private async take(exchange: Exchange): Promise<boolean> {
    const isCorrected = this.inCharge !== '' && this.inCharge !== exchange.before;
    try {
      if (this.inCharge !== exchange.before) await this.client.putInCharge(this.sessionId, exchange.before);
      const start = performance.now();
      const answer = await this.client.turn(this.sessionId, turnName(this.turns.length), exchange.said);
      this.answered({ ...turnOf(exchange, answer), isCorrected, milliseconds: performance.now() - start }, answer);
      return true;
    } catch (error) {
      this.note(error);
      this.add(unanswered(exchange, this.failures.at(-1) === HUNG ? 'hung' : 'failed', isCorrected));
      return false;
    }
  }

  private answered(turn: PlayedTurn, { agent, outcome, events }: TurnAnswer): void {
    this.inCharge = agent;
    if (outcome === 'failed') this.failures.push(events.at(-1)?.code ?? 'unknown');
    this.add(turn);
  }

  private add(turn: PlayedTurn): void {
    this.turns.push(turn);
    this.options.onTurn();
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.note(error);
      return undefined;
    }
  }

  private note(error: unknown): void {
    if (!(error instanceof RequestFailed)) throw error;
    this.failures.push(error.code);
  }
}

function turnName(index: number): string {
  return `turn-${index + 1}`;
}

function turnOf(exchange: Exchange, { agent, outcome, events }: TurnAnswer): PlayedTurn {
  const handoffs = events.flatMap(({ type, from = '', to = '' }) => (type === 'handoff' ? [{ from, to }] : []));
  const refused = events.filter(({ type, tool = '', ok }) => type === 'toolEnded' && ok === false && !isHandoff(tool));
  return { ...unanswered(exchange, outcome), agent, handoffs, refusedCalls: refused.length };
}

/** Handoffs are told by events: a call of their tool may have led to none. */
function toolsIn(calls: readonly MadeCall[]): readonly MadeCall[] {
  return calls.filter(({ tool }) => !isHandoff(tool));
}

function isHandoff(tool: string): boolean {
  return tool.startsWith(handoffTool(''));
}
