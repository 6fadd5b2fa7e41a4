import type { JsonValue } from '../../common/json';
import { summarizeRuns, summarizeStage } from '../../latency';
import { ACTIVE_AGENT_KEY, INTERRUPTED_KEY } from '../../store/ops';
import { agentName, type SessionState, threadMessages } from '../../store/session-state';

/** A session as `GET /v1/sessions/:id` answers it. */
export function sessionView(state: SessionState) {
  const { sessionId, revision, createdAt, updatedAt, expiresAt, context, slots, toolOutputs, history, epoch } = state;
  const threads = [...history].map(([agent, thread]) => [agent, threadMessages(thread)] as const);
  return {
    sessionId,
    revision,
    createdAt,
    updatedAt,
    expiresAt,
    activeAgent: agentName(context.get(ACTIVE_AGENT_KEY)),
    interrupted: context.get(INTERRUPTED_KEY) === true,
    epoch,
    context: asObject(context),
    slots: asObject(slots),
    toolOutputs: asObject(toolOutputs),
    history: Object.fromEntries(threads),
  };
}

/** As `GET /v1/sessions/:id/latency` answers it; runs where the store keeps them, or an older service did. */
export function latencyView({ latency, runs }: SessionState) {
  const stages = [...latency].map(([stage, stats]) => [stage, summarizeStage(stats)] as const);
  const shown = summarizeRuns(runs);
  return { stages: Object.fromEntries(stages), ...(shown.length > 0 && { runs: shown }) };
}

/** fromEntries defines own properties: a key called `__proto__` stays data. */
function asObject(map: ReadonlyMap<string, JsonValue>): Record<string, JsonValue> {
  return Object.fromEntries(map);
}
