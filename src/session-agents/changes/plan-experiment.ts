import type { JsonValue } from '../../common/json';
import { RECORD } from '../state/agent-records';
import type { Assignment } from '../state/session-agents';
import type { ChangePlan } from './session-changes';

/** Puts the session into a variant; null: takes it out of its experiment. */
export function planExperiment(assignment: Assignment | null): ChangePlan {
  return {
    action: assignment ? 'setExperiment' : 'clearExperiment',
    agent: assignment?.agent,
    scope: 'experiment',
    records: new Map([[RECORD.experiment, assignment as JsonValue]]),
  };
}
