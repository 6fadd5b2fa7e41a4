import { integer, list, object, type SchemaObject, text } from '../../api/docs/schema';

const flag: SchemaObject = { type: 'boolean' };
const event = (type: string, description: string, properties: Record<string, SchemaObject>): SchemaObject => ({
  ...object({ turnId: text, type: { type: 'string', enum: [type] }, ...properties }),
  description,
});

/** Everything that can happen in a turn, by `type`. */
export const TURN_EVENT_SCHEMA: SchemaObject = {
  oneOf: [
    event('sentence', 'Something to be spoken.', { agent: text, text, part: integer }),
    event('toolStarted', 'A tool was called.', { callId: text, tool: text }),
    event('toolEnded', 'It has answered, or failed.', { callId: text, tool: text, ok: flag }),
    event('handoff', 'An agent has handed over.', { tool: text, from: text, to: text }),
    event('agentChanged', 'Another agent answers from here on.', { agent: text }),
    event('interrupted', 'The caller spoke: the end.', { agent: text, heard: text, generated: text }),
    event('completed', 'All of it is durable: the end.', { agent: text, reply: text }),
    event('failed', 'It could not be brought to its end.', { agent: text, code: text, retryable: flag, reply: text }),
  ],
};

export const TURN_SCHEMA = object({
  turnId: text,
  agent: { ...text, description: 'In charge at the end.' },
  reply: { ...text, description: 'All that was said.' },
  outcome: { type: 'string', enum: ['completed', 'interrupted', 'failed'] },
  events: list(TURN_EVENT_SCHEMA),
});
