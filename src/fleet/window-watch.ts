import type { Clock } from '../common/clock';
import type { FleetPage } from './fleet-view';

/** Pages come no faster. */
export const PUSH_EVERY_MS = 100;

/** Takes a page; the next one comes when it has resolved. */
export type PageListener = (page: FleetPage) => Promise<void>;

/** One window that somebody looks through: tells what it shows, when that has changed. */
export class WindowWatch {
  private shown: FleetPage | undefined;
  private pushedAtMs = -Infinity;
  private timer: NodeJS.Timeout | undefined;
  private sending = false;
  private isStale = false;
  private stopped = false;

  constructor(
    private readonly page: () => FleetPage,
    private readonly listener: PageListener,
    private readonly clock: Clock,
  ) {
    this.push();
  }

  /** What the view finds has changed, in the window or elsewhere. */
  changed(): void {
    this.isStale = true;
    if (this.timer || this.sending || this.stopped) return;
    const waitMs = this.pushedAtMs + PUSH_EVERY_MS - this.clock.monotonicMs();
    this.timer = setTimeout(() => this.push(), Math.max(0, waitMs)).unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private push(): void {
    this.timer = undefined;
    this.isStale = false;
    const page = this.page();
    if (this.shown && isSame(this.shown, page)) return;
    this.shown = page;
    this.pushedAtMs = this.clock.monotonicMs();
    this.sending = true;
    void this.listener(page).finally(() => {
      this.sending = false;
      if (this.isStale) this.changed();
    });
  }
}

/** Rows are replaced where anything of them changes, and are the same objects otherwise. */
function isSame(left: FleetPage, right: FleetPage): boolean {
  if (left.total !== right.total || left.sessions.length !== right.sessions.length) return false;
  return left.sessions.every((session, index) => session === right.sessions[index]);
}
