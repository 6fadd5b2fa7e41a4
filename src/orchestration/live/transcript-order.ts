import type { JsonObject } from '../../common/json';
import type { Role } from '../../store/ops';

/** A message of the history that may have to wait for its turn. */
export interface Said {
  readonly agent: string;
  readonly role: Role;
  readonly content: string;
  /** When it began to be said, seconds since the epoch. */
  readonly at: number;
  readonly meta: JsonObject;
}

interface Place {
  readonly id: string;
  /** Made here: the model knows of it under another name, or not at all. */
  readonly isLocal: boolean;
  /** Whether words are still awaited for it. */
  isOpen: boolean;
  said: Said | undefined;
}

/** How long what is known waits for words that belong before it. They come within a second, if they come. */
export const TRANSCRIPT_PATIENCE_MS = 5_000;
/** Items that are remembered once they are written; what is late or comes twice does so within minutes. */
const MOST_REMEMBERED = 512;

/**
 * The order in which a call's words go into the history. A realtime model gives each item a place and tells the caller's
 * words later, often after its own answer: what follows them waits, but not for ever. What comes after its time is
 * written all the same, at the end, and nothing is written twice.
 */
export class TranscriptOrder {
  private places: Place[] = [];
  /** Items whose place has been passed, with or without words. */
  private readonly passed = new Set<string>();
  /** Items whose words are known: the second time they are no news. */
  private readonly filled = new Set<string>();
  private patience: NodeJS.Timeout | undefined;
  private locals = 0;

  constructor(
    private readonly write: (said: Said) => void,
    private readonly patienceMs = TRANSCRIPT_PATIENCE_MS,
  ) {}

  /** Something is being said, as far as is known after everything else. */
  expect(id: string): void {
    if (!this.find(id) && !this.passed.has(id)) this.places.push({ id, isLocal: false, isOpen: true, said: undefined });
  }

  /** The model has given it a place, behind another item. `isAwaited`: words will come for it. */
  placed(id: string, previousId: string | null, isAwaited: boolean): void {
    if (this.passed.has(id)) return;
    const known = this.find(id);
    const place = known ?? { id, isLocal: false, isOpen: isAwaited, said: undefined };
    const index = this.indexBehind(previousId, place);
    if (index === undefined && known) return;
    const others = this.places.filter((other) => other !== place);
    this.places = others.toSpliced(index ?? others.length, 0, place);
    this.flush();
  }

  /** Its words are known. Whether they are news. */
  fill(id: string, said: Said): boolean {
    if (this.filled.has(id)) return false;
    remember(this.filled, id);
    const place = this.find(id);
    if (place) Object.assign(place, { said, isOpen: false });
    else this.places.push({ id, isLocal: false, isOpen: false, said });
    this.flush();
    return true;
  }

  /** Says something that the model gives no place. */
  add(said: Said): void {
    this.places.push({ id: `local ${(this.locals += 1)}`, isLocal: true, isOpen: false, said });
    this.flush();
  }

  /** Words that are known and wait become others. Whether there were any. */
  amend(id: string, change: (said: Said) => Said): boolean {
    const place = this.find(id);
    if (!place?.said) return false;
    place.said = change(place.said);
    return true;
  }

  /** No words will come for it. */
  drop(id: string): void {
    const place = this.find(id);
    if (place) place.isOpen = false;
    this.flush();
  }

  /** Writes what is known; what is still awaited is written when it comes. */
  finish(): void {
    for (const place of this.places) place.isOpen = false;
    this.flush();
  }

  /** Writes nothing of what waits. */
  discard(): void {
    this.places = [];
    clearTimeout(this.patience);
  }

  private find(id: string): Place | undefined {
    return this.places.find((place) => place.id === id);
  }

  /** Where it belongs among the others; undefined where the one before it says nothing about that. */
  private indexBehind(previousId: string | null, place: Place): number | undefined {
    if (previousId === null) return undefined;
    const others = this.places.filter((other) => other !== place);
    const previous = others.findIndex(({ id }) => id === previousId);
    if (previous < 0 && !this.passed.has(previousId)) return undefined;
    const rest = others.slice(previous + 1);
    // What was said here behind that one was said before this one.
    const locals = rest.findIndex(({ isLocal }) => !isLocal);
    return previous + 1 + (locals < 0 ? rest.length : locals);
  }

  private flush(): void {
    while (this.places[0] && !this.places[0].isOpen) this.pass();
    if (!this.patience && this.places.some(({ said }) => said)) {
      this.patience = setTimeout(() => this.overdue(), this.patienceMs).unref();
    }
  }

  private overdue(): void {
    this.pass();
    this.flush();
  }

  /** Whoever is next waits anew. */
  private pass(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
    const place = this.places.shift();
    if (!place) return;
    remember(this.passed, place.id);
    if (place.said) this.write(place.said);
  }
}

function remember(names: Set<string>, name: string): void {
  names.add(name);
  for (const oldest of names) {
    if (names.size <= MOST_REMEMBERED) return;
    names.delete(oldest);
  }
}
