import type { SessionMemory } from '../../memo';
import { type SpokenMessage, spokenMessages } from './spoken-message';

/** Messages from the end of a thread among which an interrupted one is looked for. */
const SEARCHED_MESSAGES = 40;

/**
 * Cuts messages in the history to what the caller heard of them, where an interruption has ended their speech, and cuts
 * them anew where the consumer of the queue has said since how far it came. It knows nothing but the session: whichever
 * process has said the words, whoever comes next can do it.
 * @returns whether all of it is done; a message that the store has not numbered yet cannot be cut
 */
export function cutInterrupted(memo: SessionMemory): boolean {
  if (memo.epoch === 0) return true;
  const interrupted = spokenMessages(memo).filter((message) => message.isInterrupted(memo.epoch));
  // Words that nobody plays reach the caller in another way: of those the queue knows nothing.
  if (interrupted.length === 0 || !memo.playback.isConsumed()) return true;
  let isDone = true;
  for (const message of interrupted) isDone = cut(memo, message) && isDone;
  return isDone;
}

function cut(memo: SessionMemory, spoken: SpokenMessage): boolean {
  const stored = memo
    .lastMessages(spoken.agent, SEARCHED_MESSAGES)
    .findLast(({ meta }) => meta?.['turn'] === spoken.turn && meta['message'] === spoken.message);
  if (!stored) return true;
  const { seq, content, meta } = stored;
  const generated = typeof meta?.['generated'] === 'string' ? meta['generated'] : content;
  const heard = generated.slice(0, spoken.heardLength);
  if (heard === content) return true;
  // Whoever interrupted may have said what was heard: only one who has played it knows better.
  if (meta?.['interrupted'] !== undefined && !(spoken.isTaken && spoken.isSettled)) return true;
  if (seq === null) return false;
  memo.truncateMessage(seq, heard, 'barge_in');
  return true;
}
