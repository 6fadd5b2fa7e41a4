import { CLIENT_FRAMES } from '../frames/client-frames';
import { ANSWER_FRAMES, PUSHED_FRAMES, SERVER_FRAMES } from '../frames/server-frames';
import { frameSchemas } from './frame-schemas';

type Json = Readonly<Record<string, unknown>>;
export type AsyncApiDocument = Json & { readonly components: { readonly schemas: Json; readonly messages: Json } };

const CHANNEL = { $ref: '#/channels/live' };
const messageOf = (type: string) => ({ $ref: `#/channels/live/messages/${type}` });

/** What answers a frame, beside an error. */
const REPLIES: Readonly<Record<keyof typeof CLIENT_FRAMES, readonly (keyof typeof ANSWER_FRAMES)[]>> = {
  attach: ['attached'],
  ops: ['accepted', 'durable'],
  detach: ['detached'],
  'playback.next': ['playback.message'],
  'playback.done': ['playback.settled'],
  'playback.failed': ['playback.settled'],
  'turn.take': ['turn.event', 'turn.ended'],
  'turn.cancel': ['turn.cancelled'],
  watchSessions: ['sessions'],
  unwatchSessions: ['sessionsUnwatched'],
  ping: ['pong'],
};

const DESCRIPTION = `Frames are JSON texts. A client's frame has an \`id\` that its answers repeat; what is pushed has none.
Frames of one socket for one session are applied in their order. \`ops\` is answered twice: \`accepted\` when it has its
place in the order, \`durable\` when it is stored; a refusal is an \`error\` in place of either, and the socket stays.
After \`attached\` every change of others comes once and in order, as \`change\`; where changes may have been missed, the
whole session comes as \`state\`. Sessions that were attached before a connection was lost are attached again with
\`fromRevision\`, and batches without a \`durable\` are sent again under their \`batchId\`: nothing is lost or doubled.
What is to be spoken is queued by \`enqueuePlayback\` and consumed by \`playback.next\`, which gives one message to one
consumer at a time, in all processes, for as long as its lease; then \`playback.done\` or \`playback.failed\` says what became
of it. An interruption drops what waits and cuts what plays; the consumer then says with \`playback.done\` and an offset
how far it came. These steps come as a \`change\` to all that are attached, their own consumer included.
\`turn.take\` brings what the caller has said to the session's agents; each \`turn.event\` tells what happens, such as a
sentence to be spoken, and \`turn.ended\` how it ended.
\`watchSessions\` asks for a window of the list of live sessions: \`sessions\` comes with its \`id\` at once, and again whenever
what the window shows has changed, at most ten times a second and no faster than the client reads.
The socket is closed with 1012 when the service restarts, 1009 for a frame above BODY_LIMIT_BYTES, 4400 for more frames
that cannot be understood than LIVE_MAX_BAD_FRAMES, 4408 where more waits for a slow reader than LIVE_MAX_QUEUE_BYTES.`;

/** The document of the live channel; its schemas are those that frames are checked with. */
export function createAsyncApiDocument(): AsyncApiDocument {
  const types = [...Object.keys(CLIENT_FRAMES), ...Object.keys(SERVER_FRAMES)];
  const document = {
    asyncapi: '3.0.0',
    info: { title: 'Parley, live channel', version: '1', description: DESCRIPTION },
    defaultContentType: 'application/json',
    channels: {
      live: {
        address: '/v1/live',
        description: 'One socket carries any number of sessions.',
        messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
        bindings: { ws: { method: 'GET', query: TICKET_QUERY, bindingVersion: '0.1.0' } },
      },
    },
    operations: { ...received(), push: pushed() },
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'A key of API_KEYS, or a ticket.' } },
      messages: Object.fromEntries(types.map((type) => [type, message(type)])),
      schemas: frameSchemas(),
    },
  };
  // Through JSON, because the schemas carry symbols of the library that made them.
  return JSON.parse(JSON.stringify(document)) as AsyncApiDocument;
}

const TICKET_QUERY = {
  type: 'object',
  properties: { ticket: { type: 'string', description: 'Of POST /v1/live/tickets, for who cannot send a header.' } },
};

function message(type: string) {
  const { description } = { ...CLIENT_FRAMES, ...SERVER_FRAMES }[type as keyof typeof SERVER_FRAMES];
  return { name: type, summary: description, payload: { $ref: `#/components/schemas/${type}` } };
}

/** `receive` and `send` are said of the service. */
function received(): Json {
  const entries = Object.entries(REPLIES).map(([type, replies]) => [
    type,
    {
      action: 'receive',
      channel: CHANNEL,
      messages: [messageOf(type)],
      reply: { channel: CHANNEL, messages: [...replies, 'error'].map(messageOf) },
    },
  ]);
  return Object.fromEntries(entries) as Json;
}

function pushed(): Json {
  return { action: 'send', channel: CHANNEL, messages: Object.keys(PUSHED_FRAMES).map(messageOf) };
}
