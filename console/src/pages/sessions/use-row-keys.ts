import type { KeyboardEvent, RefObject } from 'react';

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

/** Leads from row to row by keys; rows that are out of view are brought into it, and so made, first. */
export function useRowKeys(
  table: RefObject<HTMLElement | null>,
  count: number,
  scrollTo: (index: number) => void,
): (event: KeyboardEvent) => void {
  return (event) => {
    const current = Number((event.target as HTMLElement).closest('[data-index]')?.getAttribute('data-index') ?? NaN);
    const next = nextIndex(event.key, current, count);
    if (next === undefined) return;
    event.preventDefault();
    scrollTo(next);
    focusWhenMade(table, next);
  };
}

function nextIndex(key: string, current: number, count: number): number | undefined {
  if (Number.isNaN(current)) return undefined;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = STEPS[key];
  return step === undefined ? undefined : Math.min(Math.max(current + step, 0), count - 1);
}

/** Frames after which a row that is still not there is not waited for. */
const MOST_FRAMES = 20;

function focusWhenMade(table: RefObject<HTMLElement | null>, index: number, frame = 0): void {
  const link = table.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`);
  if (link) link.focus();
  else if (frame < MOST_FRAMES) requestAnimationFrame(() => focusWhenMade(table, index, frame + 1));
}
