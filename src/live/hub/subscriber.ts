import type { SessionState } from '../../store/session-state';
import type { SessionClosedReason } from '../frames/server-frames';
import type { EncodedChange, PushedFrames } from './encoded-change';

/** What a session begins with for whoever attaches to it: whole, or what came after the revision that it has. */
export type Beginning =
  | { readonly revision: number; readonly state: SessionState }
  | { readonly revision: number; readonly changes: readonly EncodedChange[] };

/** Who is told of a session: of its beginning first, then of each change once and in order. */
export interface Subscriber {
  attached(beginning: Beginning): void;
  changed(change: EncodedChange, frames: PushedFrames): void;
  /** Changes may have been missed: this is the session now. */
  reset(state: SessionState): void;
  /** Nothing comes any more. */
  closed(reason: SessionClosedReason): void;
}

/** A subscriber and the last revision that it has been told of. */
export class Subscription {
  revision = -1;

  constructor(private readonly subscriber: Subscriber) {}

  begin(beginning: Beginning): void {
    this.revision = beginning.revision;
    this.subscriber.attached(beginning);
  }

  change(change: EncodedChange, frames: PushedFrames): void {
    if (change.revision <= this.revision) return;
    this.revision = change.revision;
    this.subscriber.changed(change, frames);
  }

  /** `always`: where the store has gone back, what the subscriber has may be another history. */
  reset(state: SessionState, always: boolean): void {
    if (!always && state.revision <= this.revision) return;
    this.revision = state.revision;
    this.subscriber.reset(state);
  }

  close(reason: SessionClosedReason): void {
    this.subscriber.closed(reason);
  }
}
