const DAY_MS = 24 * 60 * 60 * 1000;

/** Days since 1970. The invented bank keeps its days and hours in UTC. */
export function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS);
}

/** ISO 8601, such as `2026-03-04`. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Undefined for what is no date, such as February 30. */
export function parseDate(date: string): number | undefined {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) || dateOf(dayOf(ms)) !== date ? undefined : dayOf(ms);
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return new Date(day * DAY_MS).getUTCDay();
}

/** The last day of the year before. */
export function lastYearEnd(day: number): number {
  return dayOf(Date.UTC(new Date(day * DAY_MS).getUTCFullYear(), 0, 1)) - 1;
}
