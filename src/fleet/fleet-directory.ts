import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import { Listeners } from '../common/listeners';
import { LatencyBudgets } from '../latency';
import { entryOf, expiryOf, type FleetEntry } from './fleet-entry';
import { type FleetFacts, SHOWN_STAGE } from './fleet-facts';

/** What has become of one session: its entry before and after, where there is one. */
export interface FleetChange {
  readonly before?: FleetEntry | undefined;
  readonly after?: FleetEntry | undefined;
}

/** For so long late news of a session that has ended is not taken for a session. */
const REMEMBERED_SECONDS = 60;

/** The live sessions of all processes, in this one's memory. */
@Injectable()
export class FleetDirectory {
  private readonly entries = new Map<string, FleetEntry>();
  /** When sessions were found gone, oldest first: seconds since the epoch. */
  private readonly gone = new Map<string, number>();
  private readonly changes = new Listeners<FleetChange>('the fleet directory', new Logger('Fleet'));

  constructor(
    private readonly budgets: LatencyBudgets,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  get(sessionId: string): FleetEntry | undefined {
    return this.entries.get(sessionId);
  }

  all(): IterableIterator<FleetEntry> {
    return this.entries.values();
  }

  listen(listener: (change: FleetChange) => void): () => void {
    return this.changes.listen(listener);
  }

  /** Takes news, in whatever order they come: what is older than what is known says nothing. */
  take(facts: FleetFacts): void {
    const before = this.entries.get(facts.sessionId);
    if (before ? isNewer(facts, before.facts) : !this.isGone(facts)) this.put(facts, before);
  }

  /** Takes what was just read for true, also where the store has gone back, unless something newer has come since. */
  settle(facts: FleetFacts, known: FleetEntry | undefined): void {
    const before = this.entries.get(facts.sessionId);
    if (before === known) this.put(facts, before);
    else this.take(facts);
  }

  private put(facts: FleetFacts, before: FleetEntry | undefined): void {
    const after = entryOf(facts, (seconds) => this.budgets.isOver(SHOWN_STAGE, seconds));
    this.entries.set(facts.sessionId, after);
    this.gone.delete(facts.sessionId);
    this.changes.tell({ before, after });
  }

  /** @param at when it was found gone, seconds since the epoch */
  remove(sessionId: string, at: number): void {
    const before = this.entries.get(sessionId);
    // One with the same id has been opened since.
    if (before && (before.facts.createdAt ?? 0) > at) return;
    this.forgetGone();
    this.gone.set(sessionId, at);
    this.entries.delete(sessionId);
    if (before) this.changes.tell({ before });
  }

  /** Those whose time is over, as far as is known here. */
  expired(): FleetEntry[] {
    const now = nowSeconds(this.clock);
    return [...this.entries.values()].filter((entry) => expiryOf(entry) <= now);
  }

  private isGone({ sessionId, createdAt }: FleetFacts): boolean {
    const at = this.gone.get(sessionId);
    return at !== undefined && (createdAt ?? 0) <= at;
  }

  private forgetGone(): void {
    const until = nowSeconds(this.clock) - REMEMBERED_SECONDS;
    for (const [sessionId, at] of this.gone) {
      if (at > until) return;
      this.gone.delete(sessionId);
    }
  }
}

/** A session that was opened later under the same id is newer, whatever its revision. */
function isNewer(facts: FleetFacts, known: FleetFacts): boolean {
  const [opened, before] = [facts.createdAt ?? 0, known.createdAt ?? 0];
  return opened === before ? facts.revision > known.revision : opened > before;
}
