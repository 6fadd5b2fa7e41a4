import type { JsonValue } from '../common/json';
import type { FleetFacts } from './fleet-facts';

/** What processes tell each other under. */
export const FLEET_TOPIC = 'fleet';

/** How some sessions stand. */
export interface FleetNews {
  /** When it was told, seconds since the epoch. */
  readonly at: number;
  readonly facts: readonly FleetFacts[];
  /** Ids of sessions that have ended or expired. */
  readonly gone: readonly string[];
}

/** What another process told, which may be of another version; undefined where it means nothing here. */
export function newsOf(notice: JsonValue | undefined): FleetNews | undefined {
  const news = notice as Partial<FleetNews> | null | undefined;
  if (typeof news?.at !== 'number' || !Array.isArray(news.facts) || !Array.isArray(news.gone)) return undefined;
  return news.facts.every(isFacts) ? (news as FleetNews) : undefined;
}

function isFacts(value: unknown): boolean {
  const facts = value as Partial<FleetFacts> | null;
  return typeof facts?.sessionId === 'string' && typeof facts.revision === 'number' && typeof facts.shown === 'object';
}
