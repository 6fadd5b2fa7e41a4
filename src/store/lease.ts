/**
 * The right to run a session's turns. It passes on when it is released or has run out; its fencing number grows by one
 * each time it does, and a batch that carries an older one is refused.
 */
export interface Lease {
  readonly fence: number;
  /** Seconds since the epoch; 0 once it is released. */
  readonly until: number;
  readonly holder: string;
}

/** Nobody has held it yet. */
export const NO_LEASE: Lease = Object.freeze({ fence: 0, until: 0, holder: '' });

/** Whether `taken` may follow: a new holder of a free lease, or the holder who prolongs it. */
export function mayTake(lease: Lease, taken: Lease, now: number): boolean {
  if (taken.fence === lease.fence) return taken.holder === lease.holder && lease.until > 0;
  return taken.fence === lease.fence + 1 && lease.until <= now;
}

/** As it is stored: `fence until holder`, the last one as JSON. */
export function encodeLease({ fence, until, holder }: Lease): string {
  return `${fence} ${until} ${JSON.stringify(holder)}`;
}

/** @throws TypeError, SyntaxError for what is no lease */
export function decodeLease(text: string): Lease {
  const [, fence, until, holder = ''] = /^(\S+) (\S+) (.*)$/s.exec(text) ?? [];
  const numbers = { fence: Number(fence), until: Number(until) };
  if (!Number.isFinite(numbers.fence) || !Number.isFinite(numbers.until)) throw new TypeError('no lease');
  return { ...numbers, holder: JSON.parse(holder) as string };
}
