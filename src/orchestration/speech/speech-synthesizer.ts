import type { VoiceSettings } from '../../session-agents';
import type { AudioChunk, AudioFormat } from './audio';

export interface SynthesisRequest {
  /** One piece of a reply, as SentenceCutter gives it: plain text, not SSML. */
  readonly text: string;
  /** The agent's voice, as it is in effect for this session; members that the vendor does not know are left out. */
  readonly voice: VoiceSettings;
  readonly format: AudioFormat;
  /** Aborted when the caller interrupts: no audio is wanted any more. */
  readonly signal: AbortSignal;
}

/**
 * Text to speech. Parley has no implementation: the cascade hands speakable text to the session's playback queue, and
 * whoever owns the media connection takes it from there and speaks it, behind this port where it is a Nest application.
 *
 * One request is one piece; pieces of a reply are asked for in their order, and their audio is played in that order.
 */
export interface SpeechSynthesizer {
  /**
   * Audio as it is made, the first chunk as early as the vendor has it (`tts_ttfb` ends there).
   * Ends without an error where the signal is aborted, and throws ParleyError or the vendor's error where it fails.
   */
  synthesize(request: SynthesisRequest): AsyncIterable<AudioChunk>;
}
