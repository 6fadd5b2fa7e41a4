/**
 * Milliseconds on the machine's monotonic clock, which all its processes share. The time of day is no such clock: each
 * process takes it once, at its start, and two of them drift apart by milliseconds as the day is adjusted.
 */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
