export {
  DEFAULT_QUERY,
  FLEET_ORDERS,
  FLEET_SORTS,
  type FleetQuery,
  type FleetWindow,
  MAX_FLEET_PAGE,
} from './fleet-query';
export { FLEET_SESSION_SCHEMA } from './api/fleet-schemas';
export type { FleetCaller, FleetSession } from './fleet-session';
export { FleetSessions } from './fleet-sessions';
export { FleetModule } from './fleet.module';
export type { FleetPage } from './fleet-view';
