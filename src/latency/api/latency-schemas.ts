import { integer, list, map, object, orNull, seconds, text } from '../../api/docs/schema';

/** What the latency routes answer, for the OpenAPI document. */
const epoch = (description: string) => seconds(`${description} Seconds since the epoch.`);
const duration = seconds('Seconds.');

const BUDGETED_STAGE = object({
  count: integer,
  min: duration,
  max: duration,
  avg: duration,
  total: duration,
  p50: duration,
  p90: duration,
  p95: duration,
  p99: duration,
  overBudget: { type: 'integer', description: 'Samples over the budget of the stage (LATENCY_BUDGETS).' },
});

export const SERVICE_LATENCY_SCHEMA = object({
  since: epoch('Start of the process.'),
  stages: map(BUDGETED_STAGE),
});

const MINUTE_STAGE = object({ count: integer, p50: duration, p95: duration });

export const FLEET_LATENCY_SCHEMA = object({
  from: epoch('Begin of the first minute.'),
  to: epoch('Now.'),
  stages: map(BUDGETED_STAGE),
  minutes: {
    ...list(object({ at: epoch('Begin of the minute.'), stages: map(MINUTE_STAGE) })),
    description: 'Oldest first, without those in which nothing was measured.',
  },
});

const milliseconds = seconds('Milliseconds.');

export const LATENCY_SERIES_SCHEMA = object({
  fromMinute: epoch('Begin of the first minute.'),
  points: {
    ...list(
      object({
        minute: epoch('Begin of the minute.'),
        stage: text,
        agent: { ...orNull(text), description: 'Null: whoever was in charge.' },
        variant: { ...orNull(text), description: '`experiment/variant`; null: whatever it was.' },
        count: integer,
        p50Ms: milliseconds,
        p95Ms: milliseconds,
        p99Ms: milliseconds,
        breaches: { type: 'integer', description: 'Samples over the budget of the stage.' },
      }),
    ),
    description: 'Oldest first, without minutes in which nothing was measured.',
  },
  budgets: { ...map(milliseconds), description: 'What a stage may take (LATENCY_BUDGETS).' },
});
