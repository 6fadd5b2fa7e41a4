import { type Clock, nowSeconds } from '../../common/clock';
import { eachOf } from '../../common/each-of';
import type { SharedStore } from '../../store/shared-store';

/** The wheel turns by so much. Clocks of processes may differ by less: a note goes at least one slot ahead. */
export const SLOT_SECONDS = 2;
/** How long a slot is kept that nobody has come to. */
export const KEPT_SECONDS = 3600;
/** Who has claimed a slot has it for so long; where that process dies, another one goes on after it. */
const LEASE_SECONDS = 15;
/** A claim is not relied on so long before its end: work that has begun must finish within it. */
const LEASE_RESERVE_SECONDS = 3;
/** Notes in one call of the store, and calls at a time. */
const NOTES_A_CALL = 1000;
const CALLS_AT_ONCE = 8;

/** A session is to be looked at, at a time in seconds since the epoch. */
export interface Look {
  readonly sessionId: string;
  readonly at: number;
}

/** Sessions of a slot that are still to be looked at, each with how often it was noted. */
export type NotedSessions = ReadonlyMap<string, number>;

/**
 * When which session is to be looked at, in slots of time that all processes on one store share. A slot is worked off by
 * one process at a time, when it is over; a look that was made is taken back one by one, so that another process can go
 * on where the first one stopped.
 */
export class ExpiryWheel {
  /** Until when a claim of this process can be relied on, in milliseconds of the monotonic clock. */
  private readonly leases = new Map<number, number>();

  constructor(
    private readonly store: Pick<SharedStore, 'addCounts' | 'readCounts' | 'removeCounts' | 'countInWindow'>,
    private readonly clock: Clock,
  ) {}

  /** The last slot that is over. */
  get lastSlot(): number {
    return slotOf(nowSeconds(this.clock)) - 1;
  }

  /** Notes looks; what should have been done already goes into the next slot. @throws ParleyError `store_unavailable` */
  async note(looks: readonly Look[]): Promise<void> {
    const bySlot = new Map<number, string[]>();
    for (const { sessionId, at } of looks) {
      const slot = Math.max(slotOf(at), this.lastSlot + 2);
      const noted = bySlot.get(slot);
      if (noted) noted.push(sessionId);
      else bySlot.set(slot, [sessionId]);
    }
    const calls = [...bySlot].flatMap(([slot, ids]) => inParts(ids).map((part) => ({ slot, part })));
    await eachOf(calls, CALLS_AT_ONCE, ({ slot, part }) => this.add(slot, new Map(part.map((id) => [id, 1]))));
  }

  /** @throws ParleyError `store_unavailable` */
  async read(slot: number): Promise<NotedSessions> {
    const counts = await this.store.readCounts(looksKey(slot));
    return new Map([...counts].filter(([, count]) => count > 0));
  }

  /** Whether the slot is this process's to work on, now. @throws ParleyError `store_unavailable` */
  async claim(slot: number): Promise<boolean> {
    if (this.holds(slot)) return true;
    const nowMs = this.clock.monotonicMs();
    const { count, remainingSeconds } = await this.store.countInWindow(`archive/claims/${slot}`, 1, LEASE_SECONDS);
    if (count !== 1) return false;
    this.leases.set(slot, nowMs + (remainingSeconds - LEASE_RESERVE_SECONDS) * 1000);
    return true;
  }

  /** Whether the claim of this process still holds. */
  holds(slot: number): boolean {
    const untilMs = this.leases.get(slot);
    return untilMs !== undefined && this.clock.monotonicMs() < untilMs;
  }

  /** These have been looked at. @throws ParleyError `store_unavailable` */
  async takeBack(slot: number, noted: NotedSessions): Promise<void> {
    await this.add(slot, new Map([...noted].map(([id, count]) => [id, -count])));
  }

  /** All of the slot have been looked at. @throws ParleyError `store_unavailable` */
  async remove(slot: number): Promise<void> {
    await this.store.removeCounts(looksKey(slot));
    this.leases.delete(slot);
  }

  private add(slot: number, counts: ReadonlyMap<string, number>): Promise<void> {
    const leftSeconds = endOf(slot) - nowSeconds(this.clock);
    return this.store.addCounts(looksKey(slot), counts, Math.max(leftSeconds, 0) + KEPT_SECONDS);
  }
}

/** When the slot is over, seconds since the epoch. */
export function endOf(slot: number): number {
  return (slot + 1) * SLOT_SECONDS;
}

function slotOf(seconds: number): number {
  return Math.floor(seconds / SLOT_SECONDS);
}

function looksKey(slot: number): string {
  return `archive/looks/${slot}`;
}

function inParts(ids: readonly string[]): string[][] {
  const parts = Math.ceil(ids.length / NOTES_A_CALL);
  return Array.from({ length: parts }, (_, part) => ids.slice(part * NOTES_A_CALL, (part + 1) * NOTES_A_CALL));
}
