import type { ErrorCode } from '../../common/error-catalogue';

/**
 * What happens in a turn, as it happens. The last one is `completed`, `interrupted` or `failed`; it comes when everything of
 * the turn is durable, or when it is known that it is not yet (`failed`, with the store's error).
 */
export type TurnEvent = { readonly turnId: string } & (
  | {
      readonly type: 'sentence';
      readonly agent: string;
      readonly text: string;
      /** Its number in the turn, from 0: the `part` of its message in the playback queue. */
      readonly part: number;
    }
  | { readonly type: 'toolStarted'; readonly callId: string; readonly tool: string }
  | { readonly type: 'toolEnded'; readonly callId: string; readonly tool: string; readonly ok: boolean }
  /** An agent has asked to hand over. */
  | { readonly type: 'handoff'; readonly tool: string; readonly from: string; readonly to: string }
  /** Another agent answers from here on. */
  | { readonly type: 'agentChanged'; readonly agent: string }
  /** The caller spoke: what follows the heard part was not heard, or not even generated. */
  | { readonly type: 'interrupted'; readonly agent: string; readonly heard: string; readonly generated: string }
  | { readonly type: 'completed'; readonly agent: string; readonly reply: string }
  /** `reply`: what was given out until then. */
  | {
      readonly type: 'failed';
      readonly agent: string;
      readonly code: ErrorCode;
      readonly retryable: boolean;
      readonly reply: string;
    }
);

export type TurnEventType = TurnEvent['type'];

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** Without the turn, which is said in one place. */
export type TurnEventBody = DistributiveOmit<TurnEvent, 'turnId'>;
