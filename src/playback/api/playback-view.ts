import { type PlaybackMessage, playbackMessages, queueLength } from '../../store/playback';
import type { SessionPlayback } from '../../store/session-store';

/** A message as clients see it. */
export function playbackMessageView({ number, state, epoch, at, content, attempts, outcome }: PlaybackMessage) {
  return {
    number,
    state,
    epoch,
    at,
    ...content,
    ...(attempts !== undefined && { attempts }),
    ...(outcome && { endedAt: outcome.at, ...(outcome.offset !== null && { offset: outcome.offset }) }),
  };
}

export type PlaybackMessageView = ReturnType<typeof playbackMessageView>;

/** A queue as `GET /v1/sessions/:id/playback` answers it. */
export function playbackView({ queue, interrupted, epoch }: SessionPlayback) {
  return {
    epoch,
    interrupted,
    waiting: queueLength(queue),
    messages: playbackMessages(queue).map(playbackMessageView),
  };
}
