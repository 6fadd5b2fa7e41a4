import type { ErrorCode } from '../../common/error-catalogue';

/** Why the agent fell silent before it was heard to the end. */
export type InterruptionCause = 'barge_in' | 'interrupted' | 'connection_lost' | 'call_ended';

/** What happens in a live call, as it happens. The last one is `closed`. */
export type LiveEvent = {
  /** The turn in which it happens; each begins with the caller's first sound or typed word. */
  readonly turnId: string;
} & (
  | {
      readonly type: 'audio';
      readonly agent: string;
      readonly itemId: string;
      /** PCM16, 24 kHz, mono. */
      readonly data: Buffer;
    }
  /** The agent's words while they come. */
  | { readonly type: 'transcriptDelta'; readonly agent: string; readonly itemId: string; readonly text: string }
  /** All that was said at once: by the caller, or by the agent as it was written. */
  | {
      readonly type: 'transcript';
      readonly role: 'user' | 'assistant';
      readonly agent: string;
      readonly itemId: string;
      readonly text: string;
    }
  | { readonly type: 'toolStarted'; readonly callId: string; readonly tool: string }
  | { readonly type: 'toolEnded'; readonly callId: string; readonly tool: string; readonly ok: boolean }
  /** An agent has asked to hand over. */
  | { readonly type: 'handoff'; readonly tool: string; readonly from: string; readonly to: string }
  /** Another agent speaks from here on. */
  | { readonly type: 'agentChanged'; readonly agent: string }
  /** The agent is cut off: the client drops all audio that it has not played. */
  | {
      readonly type: 'interrupted';
      readonly cause: InterruptionCause;
      readonly agent: string;
      readonly heard: string;
      readonly generated: string;
    }
  /** The connection to the model was lost, and the call goes on over another one. */
  | { readonly type: 'reconnected' }
  /** Something did not work out; where the call cannot go on without it, `closed` follows. */
  | { readonly type: 'failed'; readonly agent: string; readonly code: ErrorCode; readonly retryable: boolean }
  /** With a code where nobody asked for it. */
  | { readonly type: 'closed'; readonly code?: ErrorCode }
);

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** Without the turn, which is said in one place. */
export type LiveEventBody = DistributiveOmit<LiveEvent, 'turnId'>;
