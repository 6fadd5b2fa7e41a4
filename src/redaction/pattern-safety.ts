/** How often a group that varies may be repeated at most. */
const MAX_VARYING_REPETITIONS = 32;

interface Repetition {
  readonly max: number;
  readonly varies: boolean;
  readonly length: number;
}

/** What a group holds that would multiply with its repetition. */
interface Group {
  varies: boolean;
  unbounded: boolean;
}

/**
 * Why a pattern, which compiles, could take time that grows faster than a text; undefined where nothing says so. Known
 * by its shape: back references, and repetitions of something that can itself be taken in several ways, `(a+)+` or
 * `(a|ab)*`. It cannot know all: see `withinTime` for what holds whatever the pattern is.
 */
export function hazardOf(pattern: string): string | undefined {
  if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/.test(pattern)) return 'refers back to a group';
  const text = withoutLiterals(pattern);
  const open: Group[] = [{ varies: false, unbounded: false }];
  for (let index = 0; index < text.length;) {
    const closed = text[index] === ')' ? open.pop() : undefined;
    if (text[index] === '(') open.push({ varies: false, unbounded: false });
    if (text[index] === '|') (open.at(-1) as Group).varies = true;
    index += 1;
    // What opens a group is marked by a question mark that repeats nothing.
    if (text[index - 1] === '(' && text[index] === '?') index += 1;
    const repetition = repetitionAt(text, index);
    if (closed && repetition && multiplies(closed, repetition)) return 'repeats what can repeat or vary itself';
    note(open.at(-1) as Group, closed, repetition);
    index += repetition?.length ?? 0;
  }
  return undefined;
}

/** Escapes and classes are one character each, whatever they stand for. */
function withoutLiterals(pattern: string): string {
  return pattern
    .replace(/\\(?:[pPu]\{[^}]*\}|.)/gsu, 'x')
    .replace(/\[[^\]]*\]/g, 'x')
    .replace(/\(\?<(?![=!])[^>]*>/g, '(');
}

function repetitionAt(text: string, index: number): Repetition | undefined {
  const found = /^(?:[*+?]|\{(?<min>\d+)(?<more>,(?<max>\d*))?\})\??/.exec(text.slice(index, index + 24));
  if (!found) return undefined;
  const { min, more, max } = found.groups ?? {};
  const { length } = found[0];
  if (min === undefined) return { max: found[0].startsWith('?') ? 1 : Infinity, varies: true, length };
  const most = more === undefined ? Number(min) : max === '' ? Infinity : Number(max);
  return { max: most, varies: most !== Number(min), length };
}

function multiplies({ varies, unbounded }: Group, { max }: Repetition): boolean {
  return max > 1 && (unbounded || (varies && max > MAX_VARYING_REPETITIONS));
}

function note(group: Group, closed: Group | undefined, repetition: Repetition | undefined): void {
  group.varies ||= (closed?.varies ?? false) || (repetition?.varies ?? false);
  group.unbounded ||= (closed?.unbounded ?? false) || repetition?.max === Infinity;
}
