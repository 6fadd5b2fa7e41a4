import type { ParleyError } from '../../common/parley-error';
import { corrupt } from '../layout/decode-session';
import { refusals } from '../store-errors';

/** Negative numbers that apply-batch.lua returns, by its own names. */
export const SCRIPT_STATUS = {
  SESSION_NOT_FOUND: -1,
  SESSION_ENDED: -2,
  SESSION_EXISTS: -3,
  BATCH_REUSED: -4,
  MESSAGE_NOT_FOUND: -5,
  NEEDS_CONVERSION: -6,
  CORRUPT: -7,
  AGENTS_CHANGED: -8,
  EPOCH_PASSED: -9,
  PLAYBACK_FULL: -10,
  PLAYBACK_NOT_HELD: -11,
  LEASE_HELD: -12,
  LEASE_LOST: -13,
} as const;

/** The error a status stands for, with the words the embedded store uses too. */
export function statusError(status: number, sessionId: string): ParleyError {
  switch (status) {
    case SCRIPT_STATUS.SESSION_NOT_FOUND:
      return refusals.notFound(sessionId);
    case SCRIPT_STATUS.SESSION_ENDED:
      return refusals.ended(sessionId);
    case SCRIPT_STATUS.SESSION_EXISTS:
      return refusals.exists(sessionId);
    case SCRIPT_STATUS.BATCH_REUSED:
      return refusals.batchReused(sessionId);
    case SCRIPT_STATUS.MESSAGE_NOT_FOUND:
      return refusals.messageNotFound(sessionId);
    case SCRIPT_STATUS.AGENTS_CHANGED:
      return refusals.agentsChanged(sessionId);
    case SCRIPT_STATUS.EPOCH_PASSED:
      return refusals.epochPassed(sessionId);
    case SCRIPT_STATUS.PLAYBACK_FULL:
      return refusals.playbackFull(sessionId);
    case SCRIPT_STATUS.PLAYBACK_NOT_HELD:
      return refusals.playbackNotHeld(sessionId);
    case SCRIPT_STATUS.LEASE_HELD:
      return refusals.leaseHeld(sessionId);
    case SCRIPT_STATUS.LEASE_LOST:
      return refusals.leaseLost(sessionId);
    default:
      return corrupt(sessionId, 'something under its key that this release did not write');
  }
}
