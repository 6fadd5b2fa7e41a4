import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { JsonObject } from '../../common/json';
import { ERROR_CATALOGUE, type ErrorCode } from '../../common/error-catalogue';
import type { FleetSession } from '../../fleet';
import type { PlaybackMessageView, SettledPlayback } from '../../playback';
import type { PublicOp } from './change-view';
import { BatchId, FrameId, Revision, SessionId } from './client-frames';

/**
 * What the service sends: answers, which repeat the id of what they answer, and pushes, which have none. References lead
 * into the AsyncAPI document, whose schemas hold these.
 */

const Name = Type.Union([Type.String(), Type.Null()]);
const Epoch = Type.Number({ description: 'Seconds since the epoch.' });
const Messages = Type.Array(Type.Integer(), { description: 'Numbers given to the appended messages, in order.' });
const State = Type.Unsafe<JsonObject>({ $ref: '#/components/schemas/Session' });
const Seconds = Type.Number({ minimum: 0, description: 'When to connect again, in seconds from now.' });

const TurnEvent = Type.Unsafe<{ readonly type: string }>({ $ref: '#/components/schemas/TurnEvent' });

const CHANGE = {
  revision: Revision,
  batchId: BatchId,
  messages: Messages,
  at: Epoch,
  ops: Type.Unsafe<readonly PublicOp[]>({ type: 'array', items: { $ref: '#/components/schemas/ChangedOp' } }),
  source: Type.Unsafe<'session' | 'admin'>({
    type: 'string',
    enum: ['session', 'admin'],
    description: "`admin`: a change of the session's agents.",
  }),
  epoch: Type.Optional(Type.Integer({ description: 'Of interruptions, where the batch interrupted or resumed.' })),
};
export const ChangeBody = Type.Object(CHANGE, {
  additionalProperties: false,
  description: 'A batch that was applied.',
});

/** Why no more comes: of one session, or of the socket. */
export const SESSION_CLOSED_REASONS = ['session_ended', 'session_corrupt'] as const;
export const SOCKET_CLOSED_REASONS = ['shutting_down', 'slow_reader'] as const;
export type SessionClosedReason = (typeof SESSION_CLOSED_REASONS)[number];
export type SocketClosedReason = (typeof SOCKET_CLOSED_REASONS)[number];

function frame<K extends string, P extends Record<string, TSchema>>(type: K, description: string, properties: P) {
  return Type.Object({ type: Type.Literal(type), ...properties }, { additionalProperties: false, description });
}

const ANSWERS = {
  attached: frame('attached', 'The session, or what came after the given revision; changes follow without a gap.', {
    id: FrameId,
    sessionId: SessionId,
    revision: Revision,
    state: Type.Optional(State),
    changes: Type.Optional(Type.Array(Type.Unsafe<ChangeBodyFields>({ $ref: '#/components/schemas/Change' }))),
  }),
  detached: frame('detached', 'No more changes of the session come.', { id: FrameId, sessionId: SessionId }),
  accepted: frame('accepted', 'The batch is valid and has its place in the order of this socket.', {
    id: FrameId,
    sessionId: SessionId,
    batchId: BatchId,
  }),
  durable: frame('durable', 'The batch is stored.', {
    id: FrameId,
    sessionId: SessionId,
    batchId: BatchId,
    revision: Revision,
    messages: Messages,
    epoch: Type.Optional(Type.Integer({ description: 'Of interruptions, where the batch interrupted or resumed.' })),
    replicated: Type.Optional(
      Type.Literal(false, {
        description: 'Stored, but not on as many replicas as REDIS_WAIT_REPLICAS asks for: a failover could lose it.',
      }),
    ),
  }),
  'playback.message': frame('playback.message', 'The next message; null where none is to be had now.', {
    id: FrameId,
    sessionId: SessionId,
    message: Type.Unsafe<PlaybackMessageView | null>({
      oneOf: [{ $ref: '#/components/schemas/PlaybackMessage' }, { type: 'null' }],
    }),
  }),
  'playback.settled': frame('playback.settled', 'What became of the message, as it is stored.', {
    id: FrameId,
    sessionId: SessionId,
    number: Type.Integer(),
    state: Type.Unsafe<SettledPlayback['state']>({ type: 'string', enum: ['played', 'cut', 'queued', 'failed'] }),
    retryAt: Type.Optional(Type.Number({ description: 'When it is to be had again, seconds since the epoch.' })),
  }),
  'turn.event': frame('turn.event', 'Something has happened in the turn.', {
    id: FrameId,
    sessionId: SessionId,
    event: TurnEvent,
  }),
  'turn.ended': frame('turn.ended', 'The turn is over: its last event.', {
    id: FrameId,
    sessionId: SessionId,
    event: TurnEvent,
  }),
  'turn.cancelled': frame('turn.cancelled', 'The turns end; each says so itself.', {
    id: FrameId,
    sessionId: SessionId,
  }),
  sessions: frame('sessions', 'The part of the list that is watched, at once and whenever what it shows has changed.', {
    id: FrameId,
    total: Type.Integer({ description: 'All sessions that are found.' }),
    sessions: Type.Unsafe<readonly FleetSession[]>({
      type: 'array',
      items: { $ref: '#/components/schemas/FleetSession' },
    }),
  }),
  sessionsUnwatched: frame('sessionsUnwatched', 'The list comes no more.', { id: FrameId }),
  pong: frame('pong', 'The service is there.', { id: FrameId, at: Epoch }),
  error: frame('error', 'The frame was refused, or what it asked for failed; the socket stays.', {
    id: Type.Union([FrameId, Type.Null()]),
    code: Type.Unsafe<ErrorCode>({ type: 'string', enum: Object.keys(ERROR_CATALOGUE) }),
    detail: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ path: Type.String({ description: 'JSON pointer' }), message: Type.String() })),
    ),
    retryable: Type.Boolean({ description: 'Whether the same frame can succeed later, unchanged.' }),
  }),
};

const PUSHES = {
  change: frame('change', 'Somebody else has changed the session.', { sessionId: SessionId, ...CHANGE }),
  state: frame('state', 'The whole session, where changes may have been missed: it takes the place of all before.', {
    sessionId: SessionId,
    revision: Revision,
    state: State,
  }),
  interrupted: frame('interrupted', 'The caller interrupts, or no longer does; own changes included.', {
    sessionId: SessionId,
    value: Type.Boolean(),
    epoch: Type.Optional(
      Type.Integer({ description: 'Of interruptions from here on; absent where a context key was set instead.' }),
    ),
    at: Epoch,
    revision: Revision,
  }),
  overBudget: frame('overBudget', 'A stage took longer than its budget (LATENCY_BUDGETS); own samples included.', {
    sessionId: SessionId,
    stage: Type.String(),
    seconds: Type.Number(),
    budget: Type.Number({ description: 'Seconds that the stage may take.' }),
    run: Type.Optional(Type.String()),
    at: Epoch,
    revision: Revision,
  }),
  agentChanged: frame('agentChanged', 'Another agent is in charge, or agents were changed; own changes included.', {
    sessionId: SessionId,
    agent: Name,
    at: Epoch,
    revision: Revision,
  }),
  closed: frame('closed', 'No more comes of the session, where it names one; else the socket is closed after this.', {
    sessionId: Type.Optional(SessionId),
    reason: Type.Unsafe<SessionClosedReason | SocketClosedReason>({
      type: 'string',
      enum: [...SESSION_CLOSED_REASONS, ...SOCKET_CLOSED_REASONS],
    }),
    reconnectAfterSeconds: Type.Optional(Seconds),
  }),
};

type ChangeBodyFields = Static<typeof ChangeBody>;
export const ANSWER_FRAMES = ANSWERS;
export const PUSHED_FRAMES = PUSHES;
export const SERVER_FRAMES = { ...ANSWERS, ...PUSHES };

export type ServerFrameType = keyof typeof SERVER_FRAMES;
export type ServerFrameOf<K extends ServerFrameType> = Static<(typeof SERVER_FRAMES)[K]>;
/** A frame of the service, discriminated by `type`. */
export type ServerFrame = { [K in ServerFrameType]: ServerFrameOf<K> }[ServerFrameType];
