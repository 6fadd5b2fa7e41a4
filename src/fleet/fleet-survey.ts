import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eachOf } from '../common/each-of';
import { describeError } from '../common/logging/describe-error';
import { PeriodicWork } from '../common/periodic-work';
import { SESSION_STORE, type SessionPage, type SessionStore, type SessionSummary } from '../store/session-store';
import { SHARED_STORE, type SharedStore } from '../store/shared-store';
import { FleetDirectory } from './fleet-directory';
import { FLEET_TOPIC, newsOf } from './fleet-news';
import { FleetReader } from './fleet-reader';

/** How often the whole store is looked through: for what nobody told, as a process that died or an older service. */
const SURVEY_EVERY_MS = 60_000;
/** How often it is looked whether somebody's time is over, and whether there is something to catch up. */
const LOOK_EVERY_MS = 1000;
const PAGE = 200;
const READS_AT_ONCE = 32;

/** Keeps the directory true: hears what other processes tell, and looks for itself at what nobody tells. */
@Injectable()
export class FleetSurvey implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Fleet');
  private readonly looking = new PeriodicWork(() => this.look(), LOOK_EVERY_MS);
  private readonly surveying = new PeriodicWork(async () => void (this.isDue = true), SURVEY_EVERY_MS);
  private isDue = true;
  private hasSurveyed = false;
  private failing = false;
  private stopped = false;
  private unwatch: (() => Promise<void>) | undefined;

  constructor(
    @Inject(SESSION_STORE) private readonly store: SessionStore,
    @Inject(SHARED_STORE) private readonly shared: SharedStore,
    private readonly directory: FleetDirectory,
    private readonly reader: FleetReader,
  ) {}

  /** The start does not wait: a store that is away is looked at when it is back. */
  onApplicationBootstrap(): void {
    this.looking.start();
    this.surveying.start();
    void this.looking.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await Promise.all([this.looking.stop(), this.surveying.stop()]);
    await this.unwatch?.();
  }

  /** Resolves when what is to be looked at has been; at once where nothing is. Never rejects. */
  async caughtUp(): Promise<void> {
    if (this.isDue || !this.hasSurveyed) await this.looking.run();
  }

  private async look(): Promise<void> {
    try {
      this.unwatch ??= await this.shared.watchNotices(FLEET_TOPIC, (notice) => this.hear(notice));
      if (this.isDue) await this.survey();
      await this.lookAfterExpired();
      this.failing = false;
    } catch (error) {
      this.isDue = true;
      if (!this.failing) this.logger.warn({ msg: 'sessions cannot be listed', err: describeError(error) });
      this.failing = true;
    }
  }

  private hear(notice: Parameters<typeof newsOf>[0]): void {
    const news = newsOf(notice);
    if (!news) {
      this.isDue = true;
      return;
    }
    for (const facts of news.facts) this.directory.take(facts);
    for (const sessionId of news.gone) this.directory.remove(sessionId, news.at);
  }

  /** Reads what the store has and the directory does not, and looks again for what only the directory has. */
  private async survey(): Promise<void> {
    this.isDue = false;
    // Only what was there before: what comes meanwhile the list may have passed over.
    const missing = new Set([...this.directory.all()].map(({ facts }) => facts.sessionId));
    for await (const page of this.pages()) {
      for (const { sessionId } of page) missing.delete(sessionId);
      const moved = page.filter(
        ({ sessionId, revision }) => this.directory.get(sessionId)?.facts.revision !== revision,
      );
      await this.readAll(moved.map(({ sessionId }) => sessionId));
    }
    if (this.stopped) return;
    await this.readAll([...missing]);
    this.hasSurveyed = true;
  }

  private async *pages(): AsyncGenerator<readonly SessionSummary[]> {
    let cursor: string | undefined;
    do {
      const { sessions, nextCursor }: SessionPage = await this.store.list(PAGE, cursor);
      yield sessions;
      cursor = nextCursor ?? undefined;
      // The embedded store answers without ever letting others in.
      await nextTurn();
    } while (cursor !== undefined && !this.stopped);
  }

  private async lookAfterExpired(): Promise<void> {
    await this.readAll(this.directory.expired().map(({ facts }) => facts.sessionId));
  }

  private readAll(sessionIds: readonly string[]): Promise<void> {
    return eachOf(sessionIds, READS_AT_ONCE, (sessionId) => this.reader.read(sessionId));
  }
}
