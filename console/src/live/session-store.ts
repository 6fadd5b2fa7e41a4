import { pathOf, request } from '../api/http';
import type { Change, OverBudgetFrame, SessionView, Transcript } from '../api/types';
import { applyChange } from './apply-change';
import type { LiveClient } from './live-client';
import { eventsOf, eventsOfTranscript, mergedEvents, type SessionEvent } from './session-events';

export interface SessionSnapshot {
  /** Undefined until it has come. */
  readonly session: SessionView | undefined;
  readonly events: readonly SessionEvent[];
  /** Stages that took longer than they may, since the page was opened. */
  readonly breaches: readonly OverBudgetFrame[];
  /** Why no more comes: `session_ended`, or the code of a refusal such as `session_not_found`. */
  readonly closed: string | undefined;
}

export type ChangeListener = (change: Change) => void;

const MOST_BREACHES = 200;

/** One session as it happens, for useSyncExternalStore: each snapshot is another object. */
export class SessionStore {
  private current: SessionSnapshot = { session: undefined, events: [], breaches: [], closed: undefined };
  private readonly listeners = new Set<() => void>();
  private readonly changeListeners = new Set<ChangeListener>();

  constructor(
    private readonly live: LiveClient,
    private readonly sessionId: string,
  ) {}

  get snapshot(): SessionSnapshot {
    return this.current;
  }

  /** @returns what ends it */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Tells each change once, after it was applied. @returns what ends it */
  onChange(listener: ChangeListener): () => void {
    this.changeListeners.add(listener);
    return () => this.changeListeners.delete(listener);
  }

  /** @returns what ends it */
  open(): () => void {
    return this.live.attach(this.sessionId, {
      onState: (session) => this.begin(session),
      onChange: (change) => this.apply(change),
      onOverBudget: (breach) => this.update({ breaches: [...this.current.breaches, breach].slice(-MOST_BREACHES) }),
      onClosed: (closed) => this.update({ closed }),
    });
  }

  private begin(session: SessionView): void {
    this.update({ session, closed: undefined });
    void this.loadEvents();
  }

  /** The state does not tell what happened between the messages; the transcript does. */
  private async loadEvents(): Promise<void> {
    const path = `${pathOf('/v1/sessions', this.sessionId)}/transcript`;
    const transcript = await request<Transcript>(path).catch(() => undefined);
    if (transcript) this.update({ events: mergedEvents(eventsOfTranscript(transcript), this.current.events) });
  }

  private apply(change: Change): void {
    const { session, events } = this.current;
    if (!session || change.revision <= session.revision) return;
    this.update({ session: applyChange(session, change), events: mergedEvents(events, eventsOf(session, change)) });
    for (const listener of this.changeListeners) listener(change);
  }

  private update(part: Partial<SessionSnapshot>): void {
    this.current = { ...this.current, ...part };
    for (const listener of this.listeners) listener();
  }
}
