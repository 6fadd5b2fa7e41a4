import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { SESSION_ID_PATTERN } from '../../common/ids';
import { FLEET_ORDERS, FLEET_SORTS, type FleetQuery, MAX_FLEET_PAGE } from '../../fleet';
import { MAX_BATCH_OPS, MAX_PLAYBACK_CHARACTERS } from '../../store/ops';

/**
 * What clients send. The schemas are the one source of the types, of the compiled validators (parse-frame.ts) and of the
 * AsyncAPI document.
 */

/** Chosen by the client; every answer repeats it. */
export const FrameId = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "The client's own; answers repeat it.",
});
export const SessionId = Type.String({ pattern: SESSION_ID_PATTERN });
export const BatchId = Type.String({
  pattern: '^[!-~]{1,128}$',
  description: 'Unique within the session; the same one with the same operations is applied once.',
});
export const Revision = Type.Integer({ minimum: 0, description: "The session's revision." });

/** Longest lease of a message to be spoken: longer than any message plays, short enough for a consumer that died. */
const MAX_LEASE_SECONDS = 300;
const Consumer = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 128,
    pattern: '^[!-~]+$',
    description: "The consumer's name, for one that goes on over another socket; the socket's own if absent.",
  }),
);
/** What somebody says in one breath, and much more. */
const MAX_TRANSCRIPT_CHARACTERS = 16 * 1024;
const Sought = Type.Optional(Type.String({ maxLength: 256 }));
const PlaybackNumber = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "The message's number.",
});

function frame<K extends string, P extends Record<string, TSchema>>(type: K, description: string, properties: P) {
  return Type.Object(
    { id: FrameId, type: Type.Literal(type), ...properties },
    { additionalProperties: false, description },
  );
}

export const CLIENT_FRAMES = {
  attach: frame('attach', 'Asks for a session and, from then on, for its changes; once more, for it anew.', {
    sessionId: SessionId,
    fromRevision: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'The last revision that the client has: where possible only what came after.',
      }),
    ),
  }),
  ops: frame('ops', 'Applies a batch of operations, all or nothing; the session need not be attached.', {
    sessionId: SessionId,
    ops: Type.Unsafe<readonly unknown[]>({ description: `1 to ${MAX_BATCH_OPS} operations.` }),
    batchId: Type.Optional(BatchId),
    waitFor: Type.Optional(
      Type.Unsafe<'accepted' | 'durable'>({
        type: 'string',
        enum: ['accepted', 'durable'],
        description: 'The one answer that the client waits for; both come if absent. An error always comes.',
      }),
    ),
  }),
  detach: frame('detach', 'Asks for no more changes of a session; of one that is not attached too.', {
    sessionId: SessionId,
  }),
  'playback.next': frame(
    'playback.next',
    'Asks for the next message to be spoken: the same one again where it is still with this consumer.',
    {
      sessionId: SessionId,
      consumer: Consumer,
      leaseSeconds: Type.Optional(
        Type.Number({ minimum: 1, maximum: MAX_LEASE_SECONDS, description: 'How long it is kept for this consumer.' }),
      ),
    },
  ),
  'playback.done': frame('playback.done', 'The message was spoken; with an offset: up to there.', {
    sessionId: SessionId,
    consumer: Consumer,
    number: PlaybackNumber,
    offset: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_PLAYBACK_CHARACTERS,
        description: 'Characters (UTF-16) that were heard.',
      }),
    ),
  }),
  'playback.failed': frame('playback.failed', 'The message could not be delivered: it is to be tried again.', {
    sessionId: SessionId,
    consumer: Consumer,
    number: PlaybackNumber,
  }),
  'turn.take': frame('turn.take', "The caller has said something: the session's agents answer.", {
    sessionId: SessionId,
    transcript: Type.String({ minLength: 1, maxLength: MAX_TRANSCRIPT_CHARACTERS, description: 'Final.' }),
    turnId: Type.Optional(
      Type.String({
        pattern: SESSION_ID_PATTERN,
        description:
          "The turn's name; made by the service if absent. A turn that is asked for again under its name is not taken twice.",
      }),
    ),
    speechEndedAgoSeconds: Type.Optional(
      Type.Number({ minimum: 0, maximum: 3600, description: 'How long ago the caller stopped to speak.' }),
    ),
  }),
  'turn.cancel': frame('turn.cancel', 'Ends the turns of a session that this socket has taken; what was said stays.', {
    sessionId: SessionId,
  }),
  watchSessions: frame(
    'watchSessions',
    'Asks for a part of the list of live sessions, of all processes, whenever it changes; in place of the one before.',
    {
      search: Sought,
      agent: Sought,
      experiment: Sought,
      sort: Type.Optional(Type.Unsafe<FleetQuery['sort']>({ type: 'string', enum: [...FLEET_SORTS] })),
      order: Type.Optional(Type.Unsafe<FleetQuery['order']>({ type: 'string', enum: [...FLEET_ORDERS] })),
      offset: Type.Optional(Type.Integer({ minimum: 0 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_FLEET_PAGE })),
    },
  ),
  unwatchSessions: frame('unwatchSessions', 'Asks for the list no more; where none is watched too.', {}),
  ping: frame('ping', 'Asks whether the service is there.', {}),
};

export type ClientFrameType = keyof typeof CLIENT_FRAMES;
export type ClientFrameOf<K extends ClientFrameType> = Static<(typeof CLIENT_FRAMES)[K]>;
/** A frame of a client, discriminated by `type`. */
export type ClientFrame = { [K in ClientFrameType]: ClientFrameOf<K> }[ClientFrameType];
