import type { SessionStore } from '../store/session-store';
import type { HttpServer } from './api/request-tracing';

/** What is there while telemetry is on. */
export interface Telemetry {
  /** Adds the hooks of requests; before any others, so that a request which those refuse has its span too. */
  traceRequests(server: HttpServer): void;
  /** The same store, with a span for each call. */
  traceStore(store: SessionStore): SessionStore;
  /** Delivers what is still here, within a bounded time; never rejects. */
  shutdown(): Promise<void>;
}

/** Injection token of {@link Telemetry}; undefined where it is off. */
export const TELEMETRY = Symbol('TELEMETRY');
