import type { SpeechSettings } from '../../session-agents';
import type { AudioChunk, AudioFormat } from './audio';

/** What is heard of a caller, in the order in which it is known. */
export type SpeechEvent =
  /**
   * The caller begins to speak, `at` seconds since the epoch: while an agent is speaking this is the first sign of an
   * interruption.
   */
  | { readonly kind: 'started'; readonly at: number }
  /** What has been understood so far; replaces the one before it, and may still change. */
  | { readonly kind: 'partial'; readonly text: string }
  /** The utterance is over. This text is what a turn begins with, and never changes. */
  | {
      readonly kind: 'final';
      readonly text: string;
      /** When the caller stopped speaking, seconds since the epoch: the stages `stt` and `turn_e2e` begin here. */
      readonly endOfSpeechAt: number;
      /** BCP 47 tag of what was spoken, where the vendor tells it. */
      readonly language?: string;
      /** 0 to 1, where the vendor tells it. */
      readonly confidence?: number;
    };

export interface RecognitionRequest {
  /** The caller's audio, for as long as the call lasts. */
  readonly audio: AsyncIterable<AudioChunk>;
  readonly format: AudioFormat;
  /** The active agent's; a change of agent is a new request. */
  readonly settings: SpeechSettings;
  /** Aborted at the end of the call or for a change of settings. */
  readonly signal: AbortSignal;
}

/**
 * Speech to text. Parley has no implementation: whoever owns the media connection recognizes speech, behind this port
 * where it is a Nest application, and gives the cascade its final transcripts. Partial ones begin no turn.
 */
export interface SpeechRecognizer {
  /** Ends with the audio or when the signal is aborted; throws ParleyError or the vendor's error where it fails. */
  recognize(request: RecognitionRequest): AsyncIterable<SpeechEvent>;
}
