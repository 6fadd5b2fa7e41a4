import { freeObject, integer, list, map, object, orNull, seconds, text } from '../../api/docs/schema';
import { described, GUARD_RAIL, GUARD_RAILS, NAME, STATUS, TRAFFIC, VARIANTS } from './experiments.body-schemas';

/** What the routes of experiments answer, for the OpenAPI document. */
const FIGURE = object({ value: { type: 'number' }, samples: integer });
const BREACH = object({
  guardRail: GUARD_RAIL,
  variant: NAME,
  value: { type: 'number' },
  samples: integer,
  limit: { type: 'number' },
  control: orNull(FIGURE),
});
const HISTORY_ENTRY = object(
  {
    at: seconds('Seconds since the epoch.'),
    actor: text,
    source: { type: 'string', enum: ['admin', 'experiment'] },
    action: { type: 'string', enum: ['create', 'update', 'status', 'pausedByGuardRail'] },
    note: orNull(text),
    before: orNull(freeObject),
    after: freeObject,
    breach: BREACH,
  },
  ['breach'],
);

const EXPERIMENT = {
  id: NAME,
  description: text,
  agent: text,
  status: STATUS,
  variants: VARIANTS,
  control: text,
  traffic: TRAFFIC,
  guardRails: GUARD_RAILS,
  createdAt: seconds('Seconds since the epoch.'),
  updatedAt: seconds('Seconds since the epoch.'),
  version: described(integer, 'Grows by one with every change; it is the ETag too.'),
};
export const EXPERIMENT_SCHEMA = object({
  ...EXPERIMENT,
  history: described(list(HISTORY_ENTRY), 'Who changed what, oldest first; the last 100 at most.'),
});
export const EXPERIMENT_LIST_SCHEMA = object({ experiments: list(object(EXPERIMENT)) });

const PERCENTILE = seconds('Seconds.');
const INTERVAL = {
  ...object({ low: { type: 'number' }, high: { type: 'number' } }),
  description: '95 % confidence, as if no sample had anything to do with the others.',
};
const STAGE = object({
  count: integer,
  p50: PERCENTILE,
  p90: PERCENTILE,
  p95: PERCENTILE,
  p99: PERCENTILE,
  intervals: object({ p50: INTERVAL, p95: INTERVAL }),
});
const VARIANT_RESULTS = object({
  name: NAME,
  weight: { type: 'number' },
  sessions: integer,
  turns: described(integer, 'Messages of callers.'),
  interruptions: integer,
  interruptionRate: orNull({ type: 'number', description: 'Interruptions per turn; null without turns.' }),
  interruptionRateInterval: orNull(INTERVAL),
  handoffs: integer,
  stages: map(STAGE),
});
export const EXPERIMENT_RESULTS_SCHEMA = object({
  experimentId: NAME,
  status: STATUS,
  control: text,
  variants: list(VARIANT_RESULTS),
});
