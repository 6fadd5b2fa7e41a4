/** What a caller of a turn may say. */
export interface TurnOptions {
  /** Ends the turn at once: what was said until then stays. */
  readonly signal?: AbortSignal;
  /** The turn's name in samples, messages and events; made here if absent. Who may have to ask again gives one. */
  readonly turnId?: string;
  /** How long ago the caller stopped to speak, seconds: where the clock of `turn_e2e` began. */
  readonly speechEndedAgoSeconds?: number;
}
