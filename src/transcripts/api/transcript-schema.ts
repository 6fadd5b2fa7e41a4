import { integer, list, object, orNull, type SchemaObject, seconds, text } from '../../api/docs/schema';
import { MESSAGE_ROLES } from '../../store/ops';

const at = seconds('Seconds since the epoch.');
const kind = (...names: string[]): SchemaObject => ({ type: 'string', enum: names });

const MESSAGE = object(
  {
    kind: kind('message'),
    at: orNull(at),
    seq: { type: 'integer', description: 'Order over the whole session; 0 is a system prompt.' },
    role: { type: 'string', enum: [...MESSAGE_ROLES] },
    agent: text,
    content: { type: 'string', description: 'Of an interrupted reply what was heard.' },
    generated: { type: 'string', description: 'The whole reply, where it differs.' },
  },
  ['generated'],
);

const ENTRY: SchemaObject = {
  oneOf: [
    MESSAGE,
    object({ kind: kind('handoff'), at, from: orNull(text), to: text }),
    object({ kind: kind('interrupted', 'resumed'), at, epoch: integer }),
    object({ kind: kind('tool'), at, tool: text }),
  ],
};

/** What `GET …/transcript?format=json` answers. */
export const TRANSCRIPT_SCHEMA = object({ sessionId: text, startedAt: orNull(at), endedAt: at, entries: list(ENTRY) }, [
  'endedAt',
]);
