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

/** Roles of API keys; each includes the ones before it. */
export const ROLES = ['read', 'runtime', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whom the console works for. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** One row of the list of sessions; times are seconds since the epoch. */
export interface FleetSession {
  readonly sessionId: string;
  readonly activeAgent: string | null;
  readonly caller: { readonly id: string | null; readonly name: string | null; readonly phone: string | null } | null;
  readonly createdAt: number | null;
  readonly updatedAt: number | null;
  readonly turns: number;
  readonly interruptions: number;
  readonly lastLatencyMs: number | null;
  readonly degraded: boolean;
  readonly experiment: { readonly id: string; readonly variant: string } | null;
  readonly revision: number;
}

export interface FleetSessions {
  /** Of all sessions that fit the search. */
  readonly total: number;
  /** Those of the window that was asked for. */
  readonly sessions: readonly FleetSession[];
}

export type FleetSort = 'updatedAt' | 'createdAt' | 'turns' | 'interruptions' | 'lastLatencyMs';

export interface FleetQuery {
  readonly search?: string;
  readonly agent?: string;
  readonly experiment?: string;
  readonly sort?: FleetSort;
  readonly order?: 'asc' | 'desc';
  readonly offset?: number;
  /** At most 500. */
  readonly limit?: number;
}
