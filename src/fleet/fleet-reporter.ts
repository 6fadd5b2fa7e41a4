import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { CLOCK, type Clock, nowSeconds } from '../common/clock';
import { eachOf } from '../common/each-of';
import type { JsonValue } from '../common/json';
import { describeError } from '../common/logging/describe-error';
import { SHARED_STORE, type SharedStore } from '../store/shared-store';
import { type Touch, TouchedSessions } from '../store/touched-sessions';
import { FleetDirectory } from './fleet-directory';
import { factsAfter } from './fleet-facts';
import { FLEET_TOPIC, type FleetNews } from './fleet-news';
import { FleetReader } from './fleet-reader';

/** What happens within this time is told together, of each session once. */
const TELL_EVERY_MS = 25;
/** After a failure of the store. */
const RETRY_MS = 1000;
/** Sessions of one notice: beyond it they wait for the next, and what happens to them meanwhile is told with it. */
const SESSIONS_A_NOTICE = 64;
/** Reads at a time: calls go first. */
const READS_AT_ONCE = 8;

/** Tells all processes how the sessions stand that this one has moved. */
@Injectable()
export class FleetReporter implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('Fleet');
  private readonly untold = new Set<string>();
  /** Of those, the ones that must be read first. */
  private readonly unread = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> | undefined;
  private stopListening: (() => void) | undefined;
  private failing = false;

  constructor(
    private readonly touched: TouchedSessions,
    private readonly directory: FleetDirectory,
    private readonly reader: FleetReader,
    @Inject(SHARED_STORE) private readonly shared: SharedStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.stopListening = this.touched.listen((touch) => this.note(touch));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopListening?.();
    clearTimeout(this.timer);
    await this.telling;
    // The last words of this process: whoever watches from another one sees what it leaves.
    if (this.untold.size > 0 && !this.failing) await this.tell();
    clearTimeout(this.timer);
  }

  private note({ sessionId, applied }: Touch): void {
    // What is to be read is read as it stands then.
    const facts = applied && !this.unread.has(sessionId) ? this.after(sessionId, applied) : undefined;
    if (facts) this.directory.take(facts);
    else this.unread.add(sessionId);
    this.untold.add(sessionId);
    this.schedule(TELL_EVERY_MS);
  }

  private after(sessionId: string, applied: NonNullable<Touch['applied']>) {
    return factsAfter(this.directory.get(sessionId)?.facts, applied);
  }

  private schedule(inMs: number): void {
    if (this.timer || this.telling || this.untold.size === 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.telling = this.tell().finally(() => {
        this.telling = undefined;
        this.schedule(this.failing ? RETRY_MS : TELL_EVERY_MS);
      });
    }, inMs).unref();
  }

  /** Never rejects. */
  private async tell(): Promise<void> {
    const sessionIds = [...this.untold].slice(0, SESSIONS_A_NOTICE);
    for (const sessionId of sessionIds) this.untold.delete(sessionId);
    try {
      await eachOf(
        sessionIds.filter((sessionId) => this.unread.delete(sessionId)),
        READS_AT_ONCE,
        (sessionId) => this.reader.read(sessionId),
      );
      await this.shared.publishNotice(FLEET_TOPIC, this.newsOf(sessionIds));
      this.failing = false;
    } catch (error) {
      for (const sessionId of sessionIds) {
        this.untold.add(sessionId);
        this.unread.add(sessionId);
      }
      if (!this.failing) this.logger.warn({ msg: 'changes cannot be told to the fleet', err: describeError(error) });
      this.failing = true;
    }
  }

  private newsOf(sessionIds: readonly string[]): JsonValue {
    const known = sessionIds.map((sessionId) => this.directory.get(sessionId)?.facts);
    const gone = sessionIds.filter((_sessionId, index) => known[index] === undefined);
    const news: FleetNews = { at: nowSeconds(this.clock), facts: known.filter((facts) => facts !== undefined), gone };
    return news as unknown as JsonValue;
  }
}
