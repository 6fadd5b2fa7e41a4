import type { JsonValue } from '../../common/json';
import type { AgentRecord } from '../../store/agent-state';
import type { Op } from '../../store/ops';
import { scopeOf } from '../state/agent-records';
import { VISITED_AGENTS_KEY } from '../state/handoff-context';
import { removing } from './plan-override';
import type { ChangePlan } from './session-changes';

/** What is to stand in place of all that a session has of agents of its own. */
export interface ImportedAgents {
  readonly records: ReadonlyMap<string, JsonValue>;
  /** Null: whoever is in charge stays. */
  readonly activeAgent: string | null;
  /** Empty: those that have been in charge stay on record. */
  readonly visitedAgents: readonly string[];
}

/** Puts the imported records in place of those there are. */
export function planImport(imported: ImportedAgents, records: ReadonlyMap<string, AgentRecord>): ChangePlan {
  const gone = removing([...records.keys()].filter((name) => scopeOf(name) !== undefined));
  const { activeAgent, visitedAgents } = imported;
  const also: Op[] = activeAgent === null ? [] : [{ op: 'setActiveAgent', agent: activeAgent }];
  if (visitedAgents.length > 0) also.push({ op: 'setContext', key: VISITED_AGENTS_KEY, value: visitedAgents });
  return { action: 'import', scope: 'all', records: new Map([...gone, ...imported.records]), also };
}
