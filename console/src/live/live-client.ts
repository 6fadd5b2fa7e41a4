import type { Change, ErrorFrame, FleetQuery, FleetSessions, OverBudgetFrame, SessionView } from '../api/types';
import { ConsoleError } from '../api/console-error';
import type { LiveFrame } from './live-frames';
import { LiveLink, type LinkStatus } from './live-link';

export interface SessionHandlers {
  /** The whole session, in place of all before. */
  onState(state: SessionView): void;
  /** In order, without a gap. */
  onChange(change: Change): void;
  onOverBudget?(breach: OverBudgetFrame): void;
  /** No more comes: `session_ended`, `session_corrupt`, or the code of a refusal such as `session_not_found`. */
  onClosed(reason: string): void;
}

/** Pause before the same is asked again that could not be done. */
const RETRY_AFTER_MS = 1_000;

interface Attached {
  readonly handlers: SessionHandlers;
  /** The last one that is known; undefined before the first state. */
  revision: number | undefined;
}

export interface ListHandlers {
  onSessions(sessions: FleetSessions): void;
  /** The service does not show this list. */
  onRefused(error: ConsoleError): void;
}

interface Watch {
  readonly query: FleetQuery;
  readonly handlers: ListHandlers;
}

/**
 * The live channel for pages: what a page has asked for is asked for again after a reconnect, and goes on from what is
 * known. One page attaches a session at a time, and one list is watched.
 */
export class LiveClient {
  private readonly attached = new Map<string, Attached>();
  private readonly waiting = new Map<string, string>();
  private readonly listeners = new Set<() => void>();
  private watched: Watch | undefined;
  private listId: string | undefined;
  private current: LinkStatus = 'connecting';
  private readonly link: LiveLink;

  constructor(openSocket: () => Promise<WebSocket>) {
    this.link = new LiveLink(openSocket, {
      onStatus: (status) => this.changeStatus(status),
      onUp: () => this.askAgain(),
      onFrame: (frame) => this.receive(frame),
    });
  }

  get status(): LinkStatus {
    return this.current;
  }

  start(): void {
    this.link.start();
  }

  stop(): void {
    this.link.stop();
  }

  retryNow(): void {
    this.link.retryNow();
  }

  /** @returns what ends it */
  onStatus(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @returns what detaches */
  attach(sessionId: string, handlers: SessionHandlers): () => void {
    const entry: Attached = { handlers, revision: undefined };
    this.attached.set(sessionId, entry);
    this.askFor(sessionId, entry);
    return () => {
      if (this.attached.get(sessionId) !== entry) return;
      this.attached.delete(sessionId);
      this.link.send({ type: 'detach', sessionId });
    };
  }

  /** Takes the place of what was watched before. @returns what ends it */
  watchSessions(query: FleetQuery, handlers: ListHandlers): () => void {
    const watch: Watch = { query, handlers };
    this.watched = watch;
    this.askForList(watch);
    return () => {
      if (this.watched !== watch) return;
      this.watched = undefined;
      this.link.send({ type: 'unwatchSessions' });
    };
  }

  private changeStatus(status: LinkStatus): void {
    if (this.current === status) return;
    this.current = status;
    for (const listener of this.listeners) listener();
  }

  private askAgain(): void {
    this.waiting.clear();
    for (const [sessionId, entry] of this.attached) this.askFor(sessionId, entry);
    if (this.watched) this.askForList(this.watched);
  }

  private askFor(sessionId: string, { revision }: Attached): void {
    const known = revision === undefined ? {} : { fromRevision: revision };
    const id = this.link.send({ type: 'attach', sessionId, ...known });
    if (id !== undefined) this.waiting.set(id, sessionId);
  }

  private askForList({ query }: Watch): void {
    const told = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    this.listId = this.link.send({ type: 'watchSessions', ...Object.fromEntries(told) });
  }

  private receive(frame: LiveFrame): void {
    // What was pushed for the window before may still be on its way.
    if (frame.type === 'sessions')
      return frame.id === this.listId ? this.watched?.handlers.onSessions(frame) : undefined;
    if (frame.type === 'error') return this.refused(frame);
    const entry = frame.sessionId === undefined ? undefined : this.attached.get(frame.sessionId);
    if (!entry) return;
    switch (frame.type) {
      case 'attached':
        this.waiting.delete(frame.id);
        if (frame.state) entry.handlers.onState(frame.state);
        for (const change of frame.changes ?? []) entry.handlers.onChange(change);
        entry.revision = frame.revision;
        return;
      case 'state':
        entry.revision = frame.revision;
        return entry.handlers.onState(frame.state);
      case 'change':
        entry.revision = frame.revision;
        return entry.handlers.onChange(frame);
      case 'overBudget':
        return entry.handlers.onOverBudget?.(frame);
      case 'closed':
        this.attached.delete(frame.sessionId ?? '');
        return entry.handlers.onClosed(frame.reason);
    }
  }

  private refused({ id, code, detail, retryable }: ErrorFrame): void {
    if (id !== null && id === this.listId) return this.listRefused(new ConsoleError(code, detail, 0), retryable);
    const sessionId = id === null ? undefined : this.waiting.get(id);
    if (id === null || sessionId === undefined) return;
    this.waiting.delete(id);
    const entry = this.attached.get(sessionId);
    if (!entry) return;
    if (retryable)
      return void setTimeout(
        () => this.attached.get(sessionId) === entry && this.askFor(sessionId, entry),
        RETRY_AFTER_MS,
      );
    this.attached.delete(sessionId);
    entry.handlers.onClosed(code);
  }

  private listRefused(error: ConsoleError, isRetryable: boolean): void {
    const { watched } = this;
    if (!watched) return;
    if (!isRetryable) return watched.handlers.onRefused(error);
    setTimeout(() => this.watched === watched && this.askForList(watched), RETRY_AFTER_MS);
  }
}
