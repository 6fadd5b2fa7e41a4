import { INTERRUPTED_KEY } from '../ops';
import { EMPTY_PLAYBACK, type PlaybackHeader, type PlaybackInMemory, type QueuedPlayback } from '../playback';
import type { SessionState } from '../session-state';
import type { SessionPlayback } from '../session-store';
import { decodeStored, parseStored } from './decode-session';
import { decodePlayback, decodePlaybackHeader } from './playback-queue';

/** Numbers of the messages that a queue keeps. */
export function keptPlayback({ oldest, tail }: PlaybackHeader): number[] {
  return Array.from({ length: Math.max(tail - oldest + 1, 0) }, (_, index) => oldest + index);
}

/** The queue of its header and of what is stored under {@link keptPlayback}. @throws ParleyError `session_corrupt` */
export function decodePlaybackQueue(
  sessionId: string,
  header: PlaybackHeader,
  texts: readonly (string | null | undefined)[],
): PlaybackInMemory {
  const messages = new Map<number, QueuedPlayback>();
  keptPlayback(header).forEach((number, index) => {
    const stored = parseStored(sessionId, texts[index]);
    if (stored !== undefined)
      messages.set(
        number,
        decodeStored(sessionId, () => decodePlayback(stored)),
      );
  });
  return { header, messages };
}

/** @throws ParleyError `session_corrupt` */
export function decodeQueueHeader(sessionId: string, text: string | null | undefined): PlaybackHeader {
  return text == null ? EMPTY_PLAYBACK : decodeStored(sessionId, () => decodePlaybackHeader(text));
}

/** Of a session that was read whole. */
export function playbackOf({ playback, context, epoch }: SessionState): SessionPlayback {
  return { queue: playback, interrupted: context.get(INTERRUPTED_KEY) === true, epoch };
}
