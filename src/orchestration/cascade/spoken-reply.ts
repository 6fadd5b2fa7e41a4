import type { SessionMemory } from '../../memo';
import type { PlaybackMessage } from '../../store/playback';

interface Part {
  readonly number: number;
  /** Where it begins and ends in the text of its message. */
  readonly from: number;
  readonly to: number;
}

/** What became of each part of a turn's speech, by its number; kept, because the queue forgets what is long over. */
export class SpokenParts {
  private readonly outcomes = new Map<number, PlaybackMessage>();

  constructor(private readonly turnId: string) {}

  follow(memo: SessionMemory): void {
    for (const message of memo.playback.messages()) {
      const { turn, part } = message.content.meta ?? {};
      if (turn === this.turnId && typeof part === 'number') this.outcomes.set(part, message);
    }
  }

  /** Whether somebody has begun to play any of it. */
  get isTaken(): boolean {
    return [...this.outcomes.values()].some(({ state }) => state !== 'queued' && state !== 'dropped');
  }

  /** Whether no more will be heard of the parts than is known. */
  isSettled(count: number): boolean {
    for (let part = 0; part < count; part += 1) {
      const { state, outcome } = this.outcomes.get(part) ?? {};
      if (state === undefined || state === 'queued' || state === 'playing') return false;
      if (state === 'cut' && outcome?.offset === null) return false;
    }
    return true;
  }

  /** Characters (UTF-16) of a part that were heard. */
  heardOf({ number, from, to }: Part): number {
    const message = this.outcomes.get(number);
    if (message?.state === 'played') return to - from;
    return message?.state === 'cut' ? Math.min(message.outcome?.offset ?? 0, to - from) : 0;
  }
}

/** One message of the agent in a turn: its text, and the parts that it was spoken in. */
export class SpokenReply {
  private readonly parts: Part[] = [];
  private generated = '';

  /** What the model has written so far. */
  get text(): string {
    return this.generated;
  }

  write(text: string): void {
    this.generated += text;
  }

  /** A sentence of the text was given out. */
  speak(sentence: string, number: number): void {
    const last = this.parts.at(-1)?.to ?? 0;
    const found = this.generated.indexOf(sentence, last);
    // A sentence is the text but for white space: where that was joined, its length is near enough.
    const from = found < 0 ? last : found;
    this.parts.push({ number, from, to: Math.min(from + sentence.length, this.generated.length) });
  }

  /** The text up to where the caller heard it. */
  heard(outcomes: SpokenParts): string {
    let end = 0;
    for (const part of this.parts) {
      const count = outcomes.heardOf(part);
      if (count > 0) end = part.from + count;
      if (count < part.to - part.from) break;
    }
    return this.generated.slice(0, end);
  }
}
