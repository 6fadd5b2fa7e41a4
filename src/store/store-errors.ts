import { ParleyError } from '../common/parley-error';
import { MAX_BATCH_OPS } from './ops';
import { MAX_QUEUED_PLAYBACK } from './playback';
import type { Batch } from './session-store';

/** The refusals both adapters share: same failure, same words, whatever the store. */
export const refusals = {
  notFound: (id: string) => new ParleyError('session_not_found', `There is no session ${id}.`),
  ended: (id: string) => new ParleyError('session_ended', `Session ${id} has ended.`),
  exists: (id: string) => new ParleyError('session_exists', `A session ${id} exists.`),
  batchReused: (id: string) =>
    new ParleyError('idempotency_key_reused', `Session ${id} had another batch under this idempotency key.`),
  messageNotFound: (id: string) =>
    new ParleyError('message_not_found', `Session ${id} never gave out the number of the message to truncate.`),
  agentsChanged: (id: string) =>
    new ParleyError('revision_conflict', `The agents of session ${id} have been changed by somebody else.`),
  epochPassed: (id: string) => new ParleyError('epoch_passed', `The caller of session ${id} has interrupted since.`),
  playbackFull: (id: string) =>
    new ParleyError('playback_full', `The playback queue of session ${id} holds ${MAX_QUEUED_PLAYBACK} messages.`),
  playbackNotHeld: (id: string) =>
    new ParleyError('playback_not_held', `The message of session ${id} is not this consumer's, or not to be had now.`),
  leaseHeld: (id: string) => new ParleyError('lease_held', `Another turn of session ${id} is running.`),
  leaseLost: (id: string) => new ParleyError('lease_lost', `The turn has lost the lease of session ${id}.`),
  batchTooLarge: (path: string) =>
    new ParleyError('batch_too_large', `A batch holds at most ${MAX_BATCH_OPS} operations.`, {
      errors: [{ path, message: `must have at most ${MAX_BATCH_OPS} items` }],
    }),
  badCursor: () =>
    new ParleyError('validation_failed', 'The cursor is not one that was handed out.', {
      errors: [{ path: '/cursor', message: 'must be a nextCursor of an earlier page' }],
    }),
};

/** Batch ids become part of field names and stand in notifications: their form is checked in one place. */
const BATCH_ID = /^[!-~]{1,128}$/;

/** @throws ParleyError `validation_failed`, `batch_too_large` */
export function checkBatch({ id, ops }: Batch): void {
  if (!BATCH_ID.test(id)) {
    throw new ParleyError('validation_failed', 'A batch id is 1 to 128 printable ASCII characters.', {
      errors: [{ path: 'Idempotency-Key', message: 'must be 1 to 128 printable ASCII characters without spaces' }],
    });
  }
  if (ops.length > MAX_BATCH_OPS) throw refusals.batchTooLarge('/ops');
}
