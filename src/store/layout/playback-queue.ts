import type { JsonValue } from '../../common/json';
import type { PlaybackContent, PlaybackEnd } from '../ops';
import type { PlaybackHeader, QueuedPlayback } from '../playback';

/** A message as it is stored; the part behind `content` once it is over. */
export type StoredPlayback = readonly [
  epoch: number,
  at: number,
  content: PlaybackContent,
  end?: PlaybackEnd,
  offset?: number | null,
  endedAt?: number,
  consumer?: string,
];

/** `oldest next tail current attempts retryAt leaseUntil consumer`, the last one as JSON. */
export function encodePlaybackHeader(header: PlaybackHeader): string {
  const { oldest, next, tail, current, attempts, retryAt, leaseUntil, consumer } = header;
  return [oldest, next, tail, current, attempts, retryAt, leaseUntil, JSON.stringify(consumer)].join(' ');
}

/** @throws TypeError, SyntaxError for what is no such header */
export function decodePlaybackHeader(text: string): PlaybackHeader {
  const [, numbers = '', consumer = ''] = /^((?:\S+ ){7})(.*)$/s.exec(text) ?? [];
  const figures = numbers.trim().split(' ').map(Number) as Numbers;
  if (figures.length !== 7 || !figures.every(Number.isFinite)) throw new TypeError('no header of a playback queue');
  const [oldest, next, tail, current, attempts, retryAt, leaseUntil] = figures;
  const by = JSON.parse(consumer) as string;
  return { oldest, next, tail, current, attempts, retryAt, leaseUntil, consumer: by };
}

type Numbers = [number, number, number, number, number, number, number];

export function encodePlayback({ epoch, at, content, outcome }: QueuedPlayback): StoredPlayback {
  if (!outcome) return [epoch, at, content];
  return [epoch, at, content, outcome.end, outcome.offset, outcome.at, outcome.consumer];
}

/** @throws TypeError for what is no message */
export function decodePlayback(stored: JsonValue): QueuedPlayback {
  const [epoch, at, content, end, offset = null, endedAt = 0, consumer = ''] = stored as unknown as StoredPlayback;
  if (typeof epoch !== 'number' || typeof at !== 'number' || typeof content?.text !== 'string') {
    throw new TypeError('no message of a playback queue');
  }
  return { epoch, at, content, ...(end && { outcome: { end, offset, at: endedAt, consumer } }) };
}
