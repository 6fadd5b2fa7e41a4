import type { PlaybackClock, RealtimePart } from '../realtime';
import { PCM16_BYTES_PER_MS } from '../realtime';

/** Replies that can still be interrupted; the caller hears the last one or two. */
const MOST_REPLIES = 16;

/** Something that the agent says: one item of a response. */
export interface Reply {
  readonly itemId: string;
  readonly responseId: string;
  readonly agent: string;
  readonly turnId: string;
  /** When it began, seconds since the epoch. */
  readonly at: number;
  readonly texts: Map<number, string>;
  /** Which part of the item is spoken. */
  contentIndex: number;
  audioBytes: number;
  /** The model has said all of it. */
  isWhole: boolean;
}

/** A reply that was not heard to its end. */
export interface Cut {
  readonly reply: Reply;
  readonly heardMs: number;
  readonly heard: string;
  readonly generated: string;
}

/** What the agent has said and the caller may not have heard yet. */
export class SpokenReplies {
  private replies: Reply[] = [];

  constructor(
    private readonly playback: PlaybackClock,
    private readonly begin: (part: RealtimePart) => Pick<Reply, 'agent' | 'turnId' | 'at'>,
  ) {}

  write(part: RealtimePart, text: string): Reply {
    const reply = this.of(part);
    reply.texts.set(part.contentIndex, (reply.texts.get(part.contentIndex) ?? '') + text);
    return reply;
  }

  rewrite(part: RealtimePart, whole: string): Reply {
    const reply = this.of(part);
    reply.texts.set(part.contentIndex, whole);
    return reply;
  }

  speak(part: RealtimePart, data: Buffer): Reply {
    const reply = this.of(part);
    reply.contentIndex = part.contentIndex;
    reply.audioBytes += data.length;
    this.playback.sent(part.itemId, data.length);
    return reply;
  }

  /** The model says no more of them. Those that were not cut before. */
  finish(responseId: string): Reply[] {
    const replies = this.replies.filter((reply) => reply.responseId === responseId && !reply.isWhole);
    for (const reply of replies) reply.isWhole = true;
    return replies;
  }

  /** What was not heard to its end until now; the caller will hear no more of it. */
  cut(): Cut[] {
    const cuts = this.replies.filter((reply) => !this.isHeard(reply)).map((reply) => this.cutOf(reply));
    this.playback.stopped();
    this.replies = [];
    return cuts;
  }

  /** Whether the caller hears something, or will. */
  get isAny(): boolean {
    return this.replies.some((reply) => !this.isHeard(reply));
  }

  private of({ itemId, responseId, contentIndex, ...part }: RealtimePart): Reply {
    const known = this.replies.find((reply) => reply.itemId === itemId);
    if (known) return known;
    const begun = this.begin({ itemId, responseId, contentIndex, ...part });
    const reply = { itemId, responseId, contentIndex, ...begun, texts: new Map(), audioBytes: 0, isWhole: false };
    this.replies = [...this.replies.filter((earlier) => !this.isHeard(earlier)), reply].slice(-MOST_REPLIES);
    return reply;
  }

  private cutOf(reply: Reply): Cut {
    const generated = textOf(reply);
    const heard = generated.slice(0, this.playback.heardCharacters(reply.itemId, generated));
    return { reply, heardMs: this.playback.heardMs(reply.itemId), heard, generated };
  }

  /** What has no sound is read, and so heard once it is there. */
  private isHeard({ itemId, isWhole, audioBytes }: Reply): boolean {
    return isWhole && this.playback.heardMs(itemId) >= Math.floor(audioBytes / PCM16_BYTES_PER_MS);
  }
}

export function textOf({ texts }: Reply): string {
  return [...texts]
    .sort(([left], [right]) => left - right)
    .map(([, text]) => text)
    .join('');
}
