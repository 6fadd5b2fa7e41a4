import { createHash } from 'node:crypto';

type Part = string | number;

/** A whole number below `bound` that looks like any other and is always the same for the same parts. */
export function derived(bound: number, ...parts: readonly Part[]): number {
  return createHash('sha256').update(JSON.stringify(parts)).digest().readUIntBE(0, 6) % bound;
}

/** From 0 to below 1. */
export function derivedFraction(...parts: readonly Part[]): number {
  return derived(1_000_000, ...parts) / 1_000_000;
}

export function derivedDigits(count: number, ...parts: readonly Part[]): string {
  return String(derived(10 ** count, ...parts)).padStart(count, '0');
}

export function pick<T>(list: readonly [T, ...T[]], ...parts: readonly Part[]): T {
  return list[derived(list.length, ...parts)] ?? list[0];
}

/** A number of a case or an order, short enough to be read aloud: `FR-482913`. */
export function reference(prefix: string, ...parts: readonly Part[]): string {
  return `${prefix}-${derivedDigits(6, prefix, ...parts)}`;
}
