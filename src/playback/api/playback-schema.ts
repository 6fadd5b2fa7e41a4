import { freeObject, integer, list, object, type SchemaObject, seconds, text } from '../../api/docs/schema';

/** A message of the queue, for the OpenAPI and the AsyncAPI document. */
export const PLAYBACK_MESSAGE_SCHEMA = object(
  {
    number: { ...integer, description: "The message's own, growing by one." },
    state: { type: 'string', enum: ['queued', 'playing', 'played', 'cut', 'dropped', 'failed'] },
    epoch: { ...integer, description: 'Of interruptions, when it was queued.' },
    at: seconds('When it was queued, seconds since the epoch.'),
    text,
    ssml: { type: 'boolean' },
    locale: text,
    voice: freeObject,
    agent: text,
    seq: { ...integer, description: 'The reply that it is part of.' },
    meta: freeObject,
    attempts: { ...integer, description: 'How often it was begun; while it is played or to be tried again.' },
    endedAt: seconds('When it was over, seconds since the epoch.'),
    offset: { ...integer, description: 'Characters (UTF-16) that were heard, where it was cut.' },
  },
  ['ssml', 'locale', 'voice', 'agent', 'seq', 'meta', 'attempts', 'endedAt', 'offset'],
);

export const PLAYBACK_SCHEMA: SchemaObject = object({
  epoch: { ...integer, description: 'How often the caller has interrupted.' },
  interrupted: { type: 'boolean', description: 'While the caller interrupts, nothing is to be had.' },
  waiting: { ...integer, description: 'Messages that wait to be played, or to be tried again.' },
  messages: { ...list(PLAYBACK_MESSAGE_SCHEMA), description: 'Oldest first; of those that are over, the last 16.' },
});
