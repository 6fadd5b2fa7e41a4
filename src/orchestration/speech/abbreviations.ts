import { isDigit } from './characters';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Titles, as they are written before names; a sentence does not end with one. */
const TITLES = words(
  'Dr Mr Mrs Ms Mx Prof St Gen Sen Rep Gov Capt Cpt Lt Col Sgt Maj Cmdr Rev Hon Pres Messrs Mme Mlle Mt Ft Sr Sra Srta Dra Dña Ud Uds Hr Fr Nr Co',
);
/** What goes on after them is what they are about. */
const ALWAYS = words('e.g i.e a.m p.m vs cf viz approx ca incl excl resp z.b d.h u.a bzw p.ej aprox pág núm');
/** Before a figure only: "No. 5", but "The answer is no." */
const BEFORE_FIGURES = words(
  'no nos nr fig figs vol vols ch sec p pp par art app apt ext tel max min est op jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun',
);
const LIST_MARKER = /^(?:\d{1,3}|\p{L})$/u;
const INITIAL = /^\p{Lu}$/u;
const DOTTED_CAPITALS = /^\p{Lu}(?:\.\p{Lu})+$/u;

/** Where a full stop stands. */
export interface BeforeStop {
  /** From the last space to the full stop, without it. */
  readonly word: string;
  /** Whether nothing but white space or a list's dash stands before it in its line. */
  readonly opensLine: boolean;
}

/**
 * Whether a full stop belongs to its word rather than to the sentence. In doubt it does: a sentence that is spoken
 * together with the next sounds better than one that is torn apart.
 */
export function isAbbreviation({ word, opensLine }: BeforeStop, next: string): boolean {
  const bare = word.replace(/^[^\p{L}\p{N}]+/u, '');
  if (TITLES.has(bare) || DOTTED_CAPITALS.test(bare)) return true;
  if (INITIAL.test(bare) && bare !== 'I') return true;
  if (opensLine && LIST_MARKER.test(bare)) return true;
  const lower = bare.toLowerCase();
  return ALWAYS.has(lower) || (isDigit(next) && BEFORE_FIGURES.has(lower));
}
