import { integer, list, object, orNull, seconds, text } from '../../api/docs/schema';

const at = orNull(seconds('Seconds since the epoch; null where an older service did not say.'));
const known = orNull(text);

/** As lists show it. */
export const FLEET_SESSION_SCHEMA = object({
  sessionId: text,
  activeAgent: known,
  caller: orNull(
    object({ id: known, name: known, phone: { ...known, description: 'What is kept of the number: its end.' } }),
  ),
  createdAt: at,
  updatedAt: at,
  turns: { type: 'integer', description: 'How often the caller has said something.' },
  interruptions: integer,
  lastLatencyMs: orNull({
    type: 'integer',
    description: 'Of the last turn, from the end of what the caller said to the first that the agent did (`turn_e2e`).',
  }),
  degraded: {
    type: 'boolean',
    description: 'The last turn took longer than its budget (LATENCY_BUDGETS), or the context key `degraded` is true.',
  },
  experiment: orNull(object({ id: text, variant: text })),
  revision: integer,
});

export const FLEET_PAGE_SCHEMA = object({
  total: { type: 'integer', description: 'All that are found.' },
  sessions: list(FLEET_SESSION_SCHEMA),
});
