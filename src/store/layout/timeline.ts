import type { TimelineEvent } from '../session-state';

/** An event as it is stored: its kind in one letter and what it says. */
export type StoredEvent =
  | readonly [at: number, afterSeq: number, kind: 'a', agent: string, from: string | null]
  | readonly [at: number, afterSeq: number, kind: 'i', value: boolean, epoch: number]
  | readonly [at: number, afterSeq: number, kind: 't', tool: string];

export function encodeEvent(event: TimelineEvent): StoredEvent {
  const { at, afterSeq } = event;
  switch (event.kind) {
    case 'agent':
      return [at, afterSeq, 'a', event.agent, event.from];
    case 'interrupted':
      return [at, afterSeq, 'i', event.value, event.epoch];
    case 'tool':
      return [at, afterSeq, 't', event.tool];
  }
}

/** @throws TypeError for what is no event */
export function decodeEvent(stored: StoredEvent): TimelineEvent {
  const [at, afterSeq, kind, first, second] = stored;
  if (typeof at !== 'number' || typeof afterSeq !== 'number') throw new TypeError('no event');
  switch (kind) {
    case 'a':
      return { at, afterSeq, kind: 'agent', agent: first, from: second };
    case 'i':
      return { at, afterSeq, kind: 'interrupted', value: first, epoch: second };
    case 't':
      return { at, afterSeq, kind: 'tool', tool: first };
    default:
      throw new TypeError('no event');
  }
}
