import type { LiveError } from './live-error';
import type { AcceptedBatch, LiveReceipt } from './live-handle';
import type { Deferred } from './promises';

export interface BatchEnds {
  readonly accepted: () => void;
  readonly durable: (receipt: LiveReceipt) => void;
  readonly failed: (error: LiveError) => void;
}

/** One batch, from `apply` until it is durable or refused. */
export interface PendingBatch {
  readonly id: string;
  /** Its frame without an id, as JSON: what the caller does to its operations later changes no resend. */
  readonly body: string;
  readonly ends: BatchEnds;
  /** How often it was sent. */
  attempts: number;
}

/** `onRefused` is for what comes too late for a promise that was fulfilled with `accepted`. */
export function endsOf(
  batchId: string,
  wait: 'accepted' | 'durable',
  answer: Deferred<AcceptedBatch>,
  onRefused: (error: LiveError) => void,
): BatchEnds {
  let answered = false;
  return {
    accepted: () => {
      if (wait === 'durable') return;
      answered = true;
      answer.resolve({ batchId });
    },
    durable: (receipt) => answer.resolve(receipt),
    failed: (error) => (answered ? onRefused(error) : answer.reject(error)),
  };
}
