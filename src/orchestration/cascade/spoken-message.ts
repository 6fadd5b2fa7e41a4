import type { JsonObject } from '../../common/json';
import type { SessionMemory } from '../../memo';
import type { PlaybackMessage } from '../../store/playback';

/** Where a part of a message stands: `meta` of what is queued to be spoken. */
export interface PartPlace {
  readonly turn: string;
  /** Its number in the turn, from 0. */
  readonly part: number;
  /** Number of its message in the turn, from 0: `meta.message` in the history too. */
  readonly message: number;
  /** Where it begins in the text of the message. */
  readonly from: number;
}

/** A message of an agent as the playback queue knows it, by the parts that are kept there. */
export class SpokenMessage {
  readonly parts: { readonly from: number; readonly playback: PlaybackMessage }[] = [];

  constructor(
    readonly turn: string,
    readonly message: number,
    readonly agent: string,
  ) {}

  /** Whether somebody has begun to play it. */
  get isTaken(): boolean {
    return this.parts.some(({ playback }) => isTaken(playback));
  }

  /** Whether no more will be known of it. */
  get isSettled(): boolean {
    return !this.parts.some(({ playback }) => isOpen(playback) || isUnexplained(playback));
  }

  /** Whether an interruption has ended it: the epoch is the one of now. */
  isInterrupted(epoch: number): boolean {
    return this.parts.some(
      ({ playback: { state, epoch: of } }) => of < epoch && (state === 'cut' || state === 'dropped'),
    );
  }

  /** Characters (UTF-16) that were heard. What the queue has forgotten of the beginning was over before the rest began. */
  get heardLength(): number {
    let end = this.parts[0]?.from ?? 0;
    for (const { from, playback } of this.parts) {
      const count = heardOf(playback);
      if (count > 0) end = from + count;
      if (count < playback.content.text.length) break;
    }
    return end;
  }
}

/** The messages that are kept in the playback queue, oldest first. */
export function spokenMessages(memo: SessionMemory): SpokenMessage[] {
  const messages = new Map<string, SpokenMessage>();
  for (const playback of memo.playback.messages()) {
    const { agent = '', meta } = playback.content;
    const place = placeOf(meta);
    if (!place) continue;
    const key = `${place.message} ${place.turn}`;
    let message = messages.get(key);
    if (!message) messages.set(key, (message = new SpokenMessage(place.turn, place.message, agent)));
    message.parts.push({ from: place.from, playback });
  }
  return [...messages.values()];
}

/** Whether the caller hears the agent, or is about to. */
export function isSpeaking({ playback }: SessionMemory): boolean {
  return playback.isConsumed() && playback.messages().some(isOpen);
}

/** Anybody may have queued something else. */
function placeOf(meta: JsonObject | undefined): PartPlace | undefined {
  const { turn, part, message, from } = meta ?? {};
  if (typeof turn !== 'string' || typeof part !== 'number') return undefined;
  return typeof message === 'number' && typeof from === 'number' ? { turn, part, message, from } : undefined;
}

function isTaken({ state, attempts = 0 }: PlaybackMessage): boolean {
  return attempts > 0 || (state !== 'queued' && state !== 'dropped');
}

function isOpen({ state }: PlaybackMessage): boolean {
  return state === 'queued' || state === 'playing';
}

/** Its consumer is yet to say how far it came. */
function isUnexplained({ outcome }: PlaybackMessage): boolean {
  return outcome?.end === 'cut' && outcome.offset === null;
}

function heardOf({ state, outcome, content }: PlaybackMessage): number {
  if (state === 'played') return content.text.length;
  return state === 'cut' ? Math.min(outcome?.offset ?? 0, content.text.length) : 0;
}
