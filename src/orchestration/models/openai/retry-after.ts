import type { Clock } from '../../../common/clock';

/** How long the service asks to be left alone: seconds or a date, or exactly where it says milliseconds. */
export function retryAfterMs(headers: Headers | undefined, clock: Clock): number | undefined {
  const exact = headers?.get('retry-after-ms')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(exact)) return Number(exact);
  const given = headers?.get('retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(given)) return Number(given) * 1000;
  const at = Date.parse(given);
  return Number.isNaN(at) ? undefined : Math.max(0, at - clock.nowMs());
}
