import { TURN_EVENT_SCHEMA } from '../../orchestration/api/turn-schemas';
import { FLEET_SESSION_SCHEMA } from '../../fleet';
import { PLAYBACK_MESSAGE_SCHEMA } from '../../playback';
import { SESSION_SCHEMA } from '../../sessions';
import { MAX_BATCH_OPS, OP_SCHEMAS } from '../../store/ops';
import { CLIENT_FRAMES } from '../frames/client-frames';
import { ChangeBody, SERVER_FRAMES } from '../frames/server-frames';

/** Of what clients cannot send as operations. */
const INTERNAL_OPS = ['AgentsChanged', 'PlaybackMoved', 'LeaseTaken', 'LeaseReleased'];

type Schemas = Readonly<Record<string, unknown>>;

const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** The schemas of the AsyncAPI document: every frame by its type, and what frames hold. */
export function frameSchemas(): Schemas {
  const { ops } = CLIENT_FRAMES;
  const batch = { type: 'array', minItems: 1, maxItems: MAX_BATCH_OPS, items: reference('Op') };
  return {
    ...CLIENT_FRAMES,
    // Operations have a validator of their own, which says more than the frame's could.
    ops: { ...ops, properties: { ...ops.properties, ops: batch } },
    ...SERVER_FRAMES,
    Change: ChangeBody,
    Session: SESSION_SCHEMA,
    FleetSession: FLEET_SESSION_SCHEMA,
    PlaybackMessage: PLAYBACK_MESSAGE_SCHEMA,
    TurnEvent: TURN_EVENT_SCHEMA,
    ...opSchemas(),
  };
}

function opSchemas(): Schemas {
  const names = Object.keys(OP_SCHEMAS);
  return {
    ...Object.fromEntries(Object.entries(OP_SCHEMAS).map(([name, schema]) => [`${name}Op`, schema])),
    Op: { description: 'One change of a session.', oneOf: names.map((name) => reference(`${name}Op`)) },
    AgentsChanged: {
      description: "A change of the session's agents, without its content.",
      type: 'object',
      required: ['op', 'action', 'agent', 'revision'],
      additionalProperties: false,
      properties: {
        op: { const: 'changeAgents' },
        action: { type: 'string' },
        agent: { type: ['string', 'null'] },
        revision: { type: 'integer' },
      },
    },
    PlaybackMoved: {
      description: 'A message of the playback queue was taken, put off or is over.',
      type: 'object',
      required: ['op', 'number', 'consumer', 'to'],
      additionalProperties: false,
      properties: {
        op: { const: 'movePlayback' },
        number: { type: 'integer' },
        consumer: { type: 'string' },
        to: { type: 'string', enum: ['playing', 'queued', 'played', 'cut', 'failed'] },
        until: { type: 'number', description: 'End of the lease, or of the pause; seconds since the epoch.' },
        offset: { type: 'integer', description: 'Characters (UTF-16) that were heard.' },
      },
    },
    LeaseTaken: {
      description: 'A turn began, or goes on.',
      type: 'object',
      required: ['op', 'fence', 'until', 'holder'],
      additionalProperties: false,
      properties: {
        op: { const: 'takeLease' },
        fence: { type: 'integer', description: 'Grows by one with every holder.' },
        until: { type: 'number', description: 'Seconds since the epoch.' },
        holder: { type: 'string' },
      },
    },
    LeaseReleased: {
      description: 'A turn is over.',
      type: 'object',
      required: ['op', 'fence'],
      additionalProperties: false,
      properties: { op: { const: 'releaseLease' }, fence: { type: 'integer' } },
    },
    ChangedOp: { oneOf: [...names.map((name) => reference(`${name}Op`)), ...INTERNAL_OPS.map(reference)] },
  };
}
