import type { paths } from './generated/http';
import type { components } from './generated/live';

/** What a route answers, as the service's OpenAPI document says; `path` as it stands there. */
export type Answer<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  responses: infer R;
}
  ? R[keyof R & (200 | 201)] extends { content: { 'application/json': infer B } }
    ? B
    : never
  : never;

export type SessionView = Answer<'/v1/sessions/{id}', 'get'>;
export type Message = SessionView['history'][string][number];
export type Transcript = Answer<'/v1/sessions/{id}/transcript', 'get'>;
export type PlaybackView = Answer<'/v1/sessions/{id}/playback', 'get'>;

type Frames = components['schemas'];
/** A batch that was applied, as the live channel tells it. */
export type Change = Frames['Change'];
export type ChangedOp = Frames['ChangedOp'];
export type ErrorFrame = Frames['error'];
export type AttachedFrame = Frames['attached'];
export type StateFrame = Frames['state'];
export type ChangeFrame = Frames['change'];
export type OverBudgetFrame = Frames['overBudget'];
export type ClosedFrame = Frames['closed'];

/** Whom the console works for: the name of the key, its role, and until when (seconds since the epoch). */
export type Identity = Answer<'/v1/console/session', 'get'>;
export type Role = Identity['role'];

/** A window of the list of sessions, and how many fit the search. */
export type FleetSessions = Answer<'/v1/fleet/sessions', 'get'>;
/** One row; times are seconds since the epoch. */
export type FleetSession = FleetSessions['sessions'][number];
/** What the list is searched, filtered and sorted by, and the window of it. */
export type FleetQuery = Omit<Frames['watchSessions'], 'id' | 'type'>;
export type FleetSort = NonNullable<FleetQuery['sort']>;
export type SessionsFrame = Frames['sessions'];
