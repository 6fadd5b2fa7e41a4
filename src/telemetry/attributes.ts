import type { Attributes } from '@opentelemetry/api';

/**
 * Names of attributes that are not in the stable semantic conventions. Those of GenAI are still in development there,
 * so they are written down here, as the package asks for; `parley.*` are ours.
 */
export const CONVERSATION_ID = 'gen_ai.conversation.id';
export const AGENT_NAME = 'gen_ai.agent.name';
export const SESSION_ID = 'parley.session.id';
export const BATCH_SIZE = 'parley.batch.size';
export const REVISION = 'parley.revision';
/** `ok` or an error code. */
export const OUTCOME = 'parley.outcome';

/** A session under its own name, and under the one by which tools for GenAI find a conversation. */
export function sessionAttributes(sessionId: string): Attributes {
  return { [SESSION_ID]: sessionId, [CONVERSATION_ID]: sessionId };
}
