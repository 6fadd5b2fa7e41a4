import type { ClientOp } from '../store/ops';
import type { LiveError } from './live-error';
import type {
  LiveAgentChange,
  LiveBudgetBreach,
  LiveChange,
  LiveInterruption,
  LivePlaybackMessage,
  LiveSettled,
  LiveState,
  LiveTurnEvent,
} from './live-frames';
import type { TurnTakingOptions } from './turn-requests';

/** Called one after the other, in the order of the frames, after the client has done its own part. */
export interface LiveHandlers {
  /** Others have changed the session; each revision once, also over reconnects. */
  readonly onChange?: (change: LiveChange) => void;
  /** The whole session: when it is attached, and where changes were missed that the service has no more. */
  readonly onState?: (state: LiveState) => void;
  readonly onInterrupted?: (interruption: LiveInterruption) => void;
  readonly onAgentChanged?: (change: LiveAgentChange) => void;
  /** A stage took longer than its budget. */
  readonly onOverBudget?: (breach: LiveBudgetBreach) => void;
  /** The session is not attached any more, and neither `detach` nor `close` was called. */
  readonly onClosed?: (closed: { readonly reason: string }) => void;
  /** A batch whose promise was fulfilled with `accepted` did not become durable. */
  readonly onRefused?: (batchId: string, error: LiveError) => void;
}

export interface AcceptedBatch {
  readonly batchId: string;
}

/** What is durable. */
export interface LiveReceipt extends AcceptedBatch {
  readonly revision: number;
  /** Numbers given to the appended messages, in their order. */
  readonly messages: readonly number[];
  /** How often the caller has interrupted; where the batch interrupted or resumed. */
  readonly epoch?: number;
  /** Stored, but not on as many replicas as the service is told to wait for. */
  readonly replicated?: false;
}

/**
 * The session's playback queue, of which one consumer has one message at a time. What is asked when there is no
 * connection, or is under way when it is lost, rejects (`connection_lost`); asked again over the next one it is safe:
 * `next` gives the message that this client has already.
 */
export interface LivePlayback {
  /** Null where none is to be had now. `leaseSeconds`: how long it is kept for this client. */
  next(leaseSeconds?: number): Promise<LivePlaybackMessage | null>;
  /** It was spoken; with an offset, in characters (UTF-16): up to there. */
  done(number: number, offset?: number): Promise<LiveSettled>;
  /** It could not be delivered: it is to be tried again. */
  failed(number: number): Promise<LiveSettled>;
}

export interface ApplyOptions<Wait extends 'accepted' | 'durable' = 'accepted' | 'durable'> {
  /**
   * `accepted`: the service has it in memory. `durable`: it is stored. Either way the client keeps the batch, and sends
   * it again after a reconnect, until it is durable. @default 'durable'
   */
  readonly wait?: Wait;
  /** Made by the client if absent. The same id never applies twice. */
  readonly batchId?: string;
}

/** An attached session. */
export interface LiveSessionHandle {
  readonly sessionId: string;
  /** The last one up to which everything is known here. */
  readonly revision: number;
  /** Applied all or nothing, after the batches that were given before. Rejects with LiveError. */
  apply(ops: readonly ClientOp[], options?: ApplyOptions<'durable'>): Promise<LiveReceipt>;
  apply(ops: readonly ClientOp[], options: ApplyOptions<'accepted'>): Promise<AcceptedBatch>;
  readonly playback: LivePlayback;
  /**
   * Brings what the caller has said to the session's agents: what happens in the turn, as it happens. Who stops iterating
   * ends the turn. Rejects with LiveError; over a lost connection (`connection_lost`) the turn's end is not told.
   */
  takeTurn(transcript: string, options?: TurnTakingOptions): AsyncIterableIterator<LiveTurnEvent>;
  /** Waits for what is pending, within bounds; what is not durable then is rejected. */
  detach(): Promise<void>;
}
