import { decodePlayback, decodePlaybackHeader, encodePlayback, encodePlaybackHeader } from '../layout/playback-queue';
import { decodeStored, parseStored } from '../layout/decode-session';
import { FIELD } from '../layout/fields';
import { EMPTY_PLAYBACK, type PlaybackHeader, type PlaybackRecords, type QueuedPlayback } from '../playback';
import type { SessionFields } from './session-fields';

/** The playback queue in the fields of a session. */
export function playbackRecords(sessionId: string, fields: SessionFields): PlaybackRecords {
  return {
    get header(): PlaybackHeader {
      const text = fields.get(FIELD.playback);
      return text === undefined ? EMPTY_PLAYBACK : decodeStored(sessionId, () => decodePlaybackHeader(text));
    },
    set header(header) {
      fields.set(FIELD.playback, encodePlaybackHeader(header));
    },
    messages: {
      get(number): QueuedPlayback | undefined {
        const stored = parseStored(sessionId, fields.get(FIELD.playbackMessage(number)));
        return stored === undefined ? undefined : decodeStored(sessionId, () => decodePlayback(stored));
      },
      set: (number, message) => fields.set(FIELD.playbackMessage(number), JSON.stringify(encodePlayback(message))),
      delete: (number) => fields.remove(FIELD.playbackMessage(number)),
    },
  };
}
