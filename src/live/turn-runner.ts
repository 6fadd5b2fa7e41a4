/** What a client may say of a turn. */
export interface TurnRequest {
  readonly signal: AbortSignal;
  readonly turnId?: string;
  readonly speechEndedAgoSeconds?: number;
}

/** Runs turns for the channel, where the application has something that does. */
export interface TurnRunner {
  /** What happens in the turn, as it happens; the last event says how it ended. @throws ParleyError, before the first one */
  processTurn(sessionId: string, transcript: string, request: TurnRequest): AsyncIterable<{ readonly type: string }>;
}

/** Injection token of {@link TurnRunner}. */
export const TURN_RUNNER = Symbol('TURN_RUNNER');
