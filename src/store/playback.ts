import type { MovePlaybackOp, PlaybackContent, PlaybackEnd } from './ops';

/** Messages that may wait to be spoken: minutes of speech, so more mean that nobody takes them. */
export const MAX_QUEUED_PLAYBACK = 256;
/** Messages that are kept after they were played, cut or dropped. */
export const KEPT_PLAYBACK = 16;

/**
 * `queued` waits, or waits to be tried again; `playing` is with a consumer; `cut` stopped at an offset; `dropped` was
 * waiting when the caller interrupted or the queue was cleared; `failed` was given up.
 */
export type PlaybackState = 'queued' | 'playing' | 'played' | 'cut' | 'dropped' | 'failed';
export interface PlaybackOutcome {
  readonly end: PlaybackEnd;
  /** Characters (UTF-16) that were heard of a message that was cut; null as long as nobody has said. */
  readonly offset: number | null;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly consumer: string;
}

/** A message as the store keeps it. */
export interface QueuedPlayback {
  /** Of interruptions, when it was queued: a later one has dropped it. */
  readonly epoch: number;
  /** Seconds since the epoch. */
  readonly at: number;
  readonly content: PlaybackContent;
  readonly outcome?: PlaybackOutcome;
}

/** Where a queue stands. Numbers grow by one from 1; 0 as `current`: nothing is playing or to be tried again. */
export interface PlaybackHeader {
  /** The oldest message that is kept. */
  readonly oldest: number;
  /** The next one to be played, and the last one that was queued. */
  readonly next: number;
  readonly tail: number;
  readonly current: number;
  /** How often the current one was begun. */
  readonly attempts: number;
  /** When it may be tried again, seconds since the epoch; 0 while it is playing. */
  readonly retryAt: number;
  /** Until when it belongs to its consumer, seconds since the epoch. */
  readonly leaseUntil: number;
  readonly consumer: string;
}

export const EMPTY_PLAYBACK: PlaybackHeader = {
  oldest: 1,
  next: 1,
  tail: 0,
  current: 0,
  attempts: 0,
  retryAt: 0,
  leaseUntil: 0,
  consumer: '',
};

const NOTHING_CURRENT = { current: 0, attempts: 0, retryAt: 0, leaseUntil: 0, consumer: '' } as const;

/** A session's playback queue, with the messages that are kept. */
export interface Playback {
  readonly header: PlaybackHeader;
  readonly messages: ReadonlyMap<number, QueuedPlayback>;
}

/** A queue that steps are made on: fields of a store, or a map in memory. */
export interface PlaybackRecords {
  header: PlaybackHeader;
  readonly messages: {
    get(number: number): QueuedPlayback | undefined;
    set(number: number, message: QueuedPlayback): unknown;
    delete(number: number): unknown;
  };
}

export interface PlaybackInMemory extends Playback, PlaybackRecords {
  header: PlaybackHeader;
  readonly messages: Map<number, QueuedPlayback>;
}

/** A message as a program sees it. */
export interface PlaybackMessage {
  readonly number: number;
  readonly state: PlaybackState;
  readonly epoch: number;
  readonly at: number;
  readonly content: PlaybackContent;
  /** How often it was begun; of the one that is playing or to be tried again. */
  readonly attempts?: number;
  readonly outcome?: PlaybackOutcome;
}

/** Why a step is refused. */
export type PlaybackRefusal = 'full' | 'not_held';

/**
 * The steps of a playback queue, the same in both stores (apply-batch.lua has them in its own language) and in memory:
 * first in, first out, one message at a time with one consumer. Each returns why it is refused, having changed nothing.
 */
export class PlaybackSteps {
  constructor(
    private readonly records: PlaybackRecords,
    private readonly now: number,
  ) {}

  enqueue(content: PlaybackContent, epoch: number): PlaybackRefusal | undefined {
    const header = this.records.header;
    if (waitingCount(header) >= MAX_QUEUED_PLAYBACK) return 'full';
    const tail = header.tail + 1;
    this.records.messages.set(tail, { epoch, at: this.now, content });
    this.keep({ ...header, tail });
    return undefined;
  }

  /** Drops what waits; what is playing goes on. */
  clear(): void {
    const header = this.records.header;
    const current = header.retryAt > 0 ? NOTHING_CURRENT : {};
    this.keep({ ...header, ...current, next: header.tail + 1 });
  }

  /** Drops what waits, and cuts what is playing, at an offset that its consumer is yet to say. */
  interrupt(): void {
    const header = this.records.header;
    if (isIdle(header)) return;
    const { current, retryAt, consumer } = header;
    if (current > 0 && retryAt === 0) this.end(current, { end: 'cut', offset: null, at: this.now, consumer });
    this.keep({ ...header, ...NOTHING_CURRENT, next: header.tail + 1 });
  }

  move(op: MovePlaybackOp, interrupted: boolean): PlaybackRefusal | undefined {
    switch (op.to) {
      case 'playing':
        return this.take(op.number, op.consumer, op.until, interrupted);
      case 'queued':
        return this.tryAgain(op.number, op.consumer, op.until);
      default:
        return this.finish(op.number, { end: op.to, offset: op.offset ?? null, at: this.now, consumer: op.consumer });
    }
  }

  /** The next message, one to be tried again, one whose consumer is gone, or a renewal of the lease. */
  private take(number: number, consumer: string, until: number, interrupted: boolean): PlaybackRefusal | undefined {
    const header = this.records.header;
    if (interrupted || number !== takeable(header, consumer, this.now)) return 'not_held';
    const renews = holds(header, number, consumer) && header.leaseUntil > this.now;
    const attempts = renews ? header.attempts : header.attempts + 1;
    const next = Math.max(header.next, number + 1);
    this.setHeader({ ...header, next, current: number, attempts, retryAt: 0, leaseUntil: until, consumer });
    return undefined;
  }

  private tryAgain(number: number, consumer: string, at: number): PlaybackRefusal | undefined {
    const header = this.records.header;
    if (!holds(header, number, consumer)) return 'not_held';
    this.setHeader({ ...header, retryAt: at, leaseUntil: 0, consumer: '' });
    return undefined;
  }

  private finish(number: number, outcome: PlaybackOutcome): PlaybackRefusal | undefined {
    const header = this.records.header;
    if (holds(header, number, outcome.consumer)) {
      this.end(number, outcome);
      this.keep({ ...header, ...NOTHING_CURRENT });
      return undefined;
    }
    return this.explainCut(number, outcome);
  }

  /** The consumer of a message that an interruption has cut says, once, how far it came. */
  private explainCut(number: number, outcome: PlaybackOutcome): PlaybackRefusal | undefined {
    const before = this.records.messages.get(number)?.outcome;
    if (before?.end !== 'cut' || before.offset !== null || before.consumer !== outcome.consumer) return 'not_held';
    this.end(number, outcome);
    return undefined;
  }

  private end(number: number, outcome: PlaybackOutcome): void {
    const message = this.records.messages.get(number);
    if (message) this.records.messages.set(number, { ...message, outcome });
  }

  private setHeader(header: PlaybackHeader): void {
    this.records.header = header;
  }

  /** Forgets what is over and too old. */
  private keep(header: PlaybackHeader): void {
    let { oldest } = header;
    const { next, tail, current } = header;
    const open = current > 0 ? current : next;
    for (; oldest < open && oldest <= tail - KEPT_PLAYBACK; oldest += 1) this.records.messages.delete(oldest);
    this.setHeader({ ...header, oldest });
  }
}

function waitingCount({ next, tail, retryAt }: PlaybackHeader): number {
  return tail - next + 1 + (retryAt > 0 ? 1 : 0);
}

function isIdle({ next, tail, current }: PlaybackHeader): boolean {
  return current === 0 && next > tail;
}

function holds({ current, retryAt, consumer }: PlaybackHeader, number: number, by: string): boolean {
  return current === number && retryAt === 0 && consumer === by;
}

/** The message that a consumer may take now; undefined where there is none, or another consumer has one. */
export function takeable(header: PlaybackHeader, consumer: string, now: number): number | undefined {
  const { next, tail, current, retryAt, leaseUntil } = header;
  if (current === 0) return next <= tail ? next : undefined;
  if (retryAt > 0) return retryAt <= now ? current : undefined;
  return consumer === header.consumer || leaseUntil <= now ? current : undefined;
}

/** Messages that wait to be played, or to be tried again. */
export function queueLength({ header }: Playback): number {
  return waitingCount(header);
}

/** Whether a consumer has a message. */
export function isPlaying({ header }: Playback, now: number): boolean {
  return header.current > 0 && header.retryAt === 0 && header.leaseUntil > now;
}

/** Whether anybody plays the queue: of what is kept something is with a consumer, or was. */
export function isConsumed({ header, messages }: Playback): boolean {
  if (header.current > 0) return true;
  for (const { outcome } of messages.values()) if (outcome) return true;
  return false;
}

/** What is kept of the queue, oldest first. */
export function playbackMessages({ header, messages }: Playback): PlaybackMessage[] {
  return [...messages]
    .sort(([left], [right]) => left - right)
    .map(([number, message]) => playbackMessage(header, number, message));
}

function playbackMessage(header: PlaybackHeader, number: number, message: QueuedPlayback): PlaybackMessage {
  const { attempts } = header;
  const state = stateOf(header, number, message);
  return { number, state, ...message, ...(number === header.current && { attempts }) };
}

function stateOf(header: PlaybackHeader, number: number, { outcome }: QueuedPlayback): PlaybackState {
  if (outcome) return outcome.end;
  if (number === header.current) return header.retryAt > 0 ? 'queued' : 'playing';
  return number >= header.next ? 'queued' : 'dropped';
}
