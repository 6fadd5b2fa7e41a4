import type { ParleyError } from '../../common/parley-error';

/** A place in what a response says. */
export interface RealtimePart {
  readonly responseId: string;
  readonly itemId: string;
  readonly contentIndex: number;
}

export type RealtimeItemKind = 'user' | 'assistant' | 'system' | 'functionCall' | 'functionResult' | 'other';

export type RealtimeResponseStatus = 'completed' | 'cancelled' | 'failed' | 'incomplete';

export interface RealtimeUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * What a realtime model tells. Each response begins with one `responseStarted` and ends with one `responseDone`; all that
 * belongs to it comes between them, and nothing more of it after `cancelResponse`, nor of an item after `truncate`.
 */
export type RealtimeEvent =
  | { readonly type: 'sessionUpdated' }
  /** The caller begins to speak. Milliseconds of the audio that was sent. */
  | { readonly type: 'speechStarted'; readonly itemId: string; readonly audioStartMs: number }
  | { readonly type: 'speechStopped'; readonly itemId: string; readonly audioEndMs: number }
  /** The order of the conversation: a transcript of the caller can come long after its place was given. */
  | {
      readonly type: 'itemAdded';
      readonly itemId: string;
      readonly previousItemId: string | null;
      readonly kind: RealtimeItemKind;
    }
  | { readonly type: 'userTranscript'; readonly itemId: string; readonly text: string }
  | { readonly type: 'userTranscriptFailed'; readonly itemId: string; readonly error: ParleyError }
  | { readonly type: 'responseStarted'; readonly responseId: string }
  /** PCM16, 24 kHz, mono. */
  | ({ readonly type: 'audio'; readonly data: Buffer } & RealtimePart)
  | ({ readonly type: 'transcriptDelta'; readonly text: string } & RealtimePart)
  /** Once a part, with all of its text. */
  | ({ readonly type: 'transcriptDone'; readonly text: string } & RealtimePart)
  /** Once a call. `arguments` is what the model wrote: it should be a JSON object, and nobody has looked. */
  | {
      readonly type: 'functionCall';
      readonly responseId: string;
      readonly itemId: string;
      readonly callId: string;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly type: 'responseDone';
      readonly responseId: string;
      readonly status: RealtimeResponseStatus;
      /** Of one that failed. */
      readonly error?: ParleyError;
      readonly usage?: RealtimeUsage;
    }
  /** The model has forgotten what lies behind this place of its reply. */
  | {
      readonly type: 'truncated';
      readonly itemId: string;
      readonly contentIndex: number;
      readonly audioEndMs: number;
    }
  /** The connection stays. `reason` is the maker's own code, such as `conversation_already_has_active_response`. */
  | { readonly type: 'error'; readonly error: ParleyError; readonly reason?: string }
  /** The last event. Without `error` it was asked for. */
  | { readonly type: 'closed'; readonly code: number; readonly error?: ParleyError };
