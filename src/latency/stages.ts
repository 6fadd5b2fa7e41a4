/** From where to where the clock of a stage runs. */
export interface StageClock {
  readonly from: string;
  readonly to: string;
}

/**
 * The stages that Parley knows. Any other name is accepted; a stage that was not measured is absent, never 0 or -1.
 * `turn_e2e` is measured by its own clock and is never a sum of the others, which overlap.
 */
export const STAGES = {
  stt: { from: 'end of speech', to: 'transcript' },
  endpointing: { from: 'end of speech', to: 'decision that the turn is over' },
  llm_ttft: { from: 'request', to: 'first token' },
  llm_ttfat: { from: 'request', to: 'first token of the answer itself, after any reasoning' },
  llm: { from: 'request', to: 'last token' },
  aggregation: { from: 'first token', to: 'first speakable sentence' },
  tool: { from: 'call', to: 'result' },
  handoff: { from: 'handoff asked', to: 'new agent ready' },
  tts_ttfb: { from: 'text', to: 'first audio byte' },
  tts_ttfa: { from: 'text', to: 'first audible sound' },
  playback: { from: 'first frame sent', to: 'playback started' },
  turn_e2e: { from: 'caller stopped', to: 'agent audible' },
  greeting: { from: 'connected', to: 'first agent speech' },
  barge_in_detect: { from: 'overlap of speech', to: 'decision that it is an interruption' },
  barge_in_stop: { from: 'decision', to: 'audio stopped' },
  session_load: { from: 'open', to: 'ready' },
  store: { from: 'call of the store', to: 'its answer' },
  persist_lag: { from: 'mutation', to: 'durable' },
} as const satisfies Record<string, StageClock>;

export type StageName = keyof typeof STAGES;

export const STAGE_NAMES = Object.keys(STAGES) as readonly StageName[];
