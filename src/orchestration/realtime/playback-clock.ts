import type { Clock } from '../../common/clock';
import { PCM16_BYTES_PER_MS } from './pcm16';

/** Items that are remembered: a caller interrupts the last one, or the one before it. */
const MOST_ITEMS = 16;

/** Audio of one item, in milliseconds of it: what has been played, and what plays from a time on. */
interface PlayedItem {
  readonly itemId: string;
  readonly firstSentAtMs: number;
  sentMs: number;
  playedMs: number;
  restMs: number;
  startsAtMs: number;
  acknowledgedMs: number;
}

/**
 * How much of what the model said has really been played. A model sends its audio faster than it can be spoken, and what
 * the client has not played yet when the caller interrupts was never heard. Without word from the client it is worked
 * out from the time: items play one after the other, from when they were sent, as long as there is audio. What the client
 * acknowledges is the truth, and corrects it.
 */
export class PlaybackClock {
  private items: PlayedItem[] = [];

  constructor(private readonly clock: Clock) {}

  /** Audio went to the client: bytes of PCM16, 24 kHz, mono. */
  sent(itemId: string, bytes: number): void {
    const item = this.find(itemId) ?? this.begin(itemId);
    const ms = bytes / PCM16_BYTES_PER_MS;
    this.settle();
    item.sentMs += ms;
    if (item.restMs === 0) item.startsAtMs = this.clock.monotonicMs();
    item.restMs += ms;
    this.layOut();
  }

  /** The client has played so much of an item, and all that came before it. A mark that came late changes nothing. */
  acknowledged(itemId: string, playedMs: number): void {
    const item = this.find(itemId);
    if (!item || playedMs < item.acknowledgedMs) return;
    this.settle();
    for (const earlier of this.items.slice(0, this.items.indexOf(item))) playWhole(earlier);
    item.acknowledgedMs = playedMs;
    item.playedMs = Math.min(playedMs, item.sentMs);
    item.restMs = item.sentMs - item.playedMs;
    item.startsAtMs = this.clock.monotonicMs();
    this.layOut();
  }

  /** The client plays nothing any more of what it was sent. */
  stopped(): void {
    this.settle();
    for (const item of this.items) item.restMs = 0;
  }

  /** The item that plays now, or will next; undefined: all has been played. */
  playing(): string | undefined {
    this.settle();
    return this.items.find(({ restMs }) => restMs > 0)?.itemId;
  }

  /** Whole milliseconds of an item that were played: where it can be cut. */
  heardMs(itemId: string): number {
    this.settle();
    return Math.floor(this.find(itemId)?.playedMs ?? 0);
  }

  /**
   * Characters (UTF-16) of an item's transcript that were heard, as if it were spoken evenly. A word that was not heard to
   * its end is not counted, nor half a character.
   */
  heardCharacters(itemId: string, transcript: string): number {
    const item = this.find(itemId);
    if (!item) return 0;
    this.settle();
    const part = item.sentMs === 0 ? 0 : item.playedMs / item.sentMs;
    return part >= 1 ? transcript.length : endOfWord(transcript, Math.floor(transcript.length * part));
  }

  private find(itemId: string): PlayedItem | undefined {
    return this.items.find((item) => item.itemId === itemId);
  }

  private begin(itemId: string): PlayedItem {
    const nowMs = this.clock.monotonicMs();
    const item = {
      itemId,
      firstSentAtMs: nowMs,
      startsAtMs: nowMs,
      sentMs: 0,
      playedMs: 0,
      restMs: 0,
      acknowledgedMs: 0,
    };
    this.items = [...this.items, item].slice(-MOST_ITEMS);
    return item;
  }

  /** Takes what has been played until now out of what is left. */
  private settle(): void {
    const nowMs = this.clock.monotonicMs();
    for (const item of this.items) {
      const ms = Math.min(Math.max(nowMs - item.startsAtMs, 0), item.restMs);
      item.playedMs += ms;
      item.restMs -= ms;
      item.startsAtMs = Math.max(item.startsAtMs, nowMs);
    }
  }

  /** What has not begun follows what lies before it. */
  private layOut(): void {
    const nowMs = this.clock.monotonicMs();
    let freeAtMs = nowMs;
    for (const item of this.items) {
      if (item.restMs === 0) continue;
      item.startsAtMs = Math.max(item.firstSentAtMs, freeAtMs);
      freeAtMs = item.startsAtMs + item.restMs;
    }
  }
}

function playWhole(item: PlayedItem): void {
  item.playedMs = item.sentMs;
  item.restMs = 0;
}

/** The last place, not behind this one, where a word is over; in a script without spaces, where a character is. */
function endOfWord(text: string, at: number): number {
  const isWithin = /\S/.test(text.charAt(at)) && /\S/.test(text.charAt(at - 1));
  if (isWithin && !/\s/.test(text)) return wholeCharacter(text, at);
  const words = isWithin ? text.slice(0, at).replace(/\S+$/, '') : text.slice(0, at);
  return words.trimEnd().length;
}

function wholeCharacter(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}
