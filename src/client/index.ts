/** A client of the live channel. It needs no Nest: only `ws`. */
export type { BackoffOptions } from './backoff';
export { ParleyLiveClient } from './live-client';
export { type ClientErrorCode, LiveError } from './live-error';
export type {
  LiveAgentChange,
  LiveBudgetBreach,
  LiveChange,
  LiveInterruption,
  LiveIssue,
  LiveMessage,
  LivePlaybackMessage,
  LiveSettled,
  LiveState,
  LiveTurnEvent,
} from './live-frames';
export type {
  AcceptedBatch,
  ApplyOptions,
  LiveHandlers,
  LivePlayback,
  LiveReceipt,
  LiveSessionHandle,
} from './live-handle';
export type { TurnTakingOptions } from './turn-requests';
export type { LiveClientOptions } from './live-options';
