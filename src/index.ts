/** What another Nest application may import. Everything else is Parley's own and may change. */
export { AppModule } from './app.module';
export { CLOCK, type Clock, systemClock } from './common/clock';
export { ClockModule } from './common/clock.module';
export { ERROR_CATALOGUE, type ErrorCode } from './common/error-catalogue';
export type { JsonObject, JsonValue } from './common/json';
export { MetricsModule } from './common/metrics/metrics.module';
export { type ErrorIssue, isParleyError, ParleyError } from './common/parley-error';
export { ConfigurationModule, type EnvironmentVariables } from './config/configuration.module';
export { PARLEY_CONFIG, type ParleyConfig } from './config/parley-config';
export * from './memo';
export * from './session-loader';
export { parseOps } from './store/op-validation';
export type { Op, Role } from './store/ops';
export type { LatencySample, Message, SessionState, StageStats, Thread } from './store/session-state';
export * from './store/session-store';
export { StoreModule } from './store/store.module';
