import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { TurnEvent } from '../cascade';

/**
 * Answers with events as they happen (server-sent events). The first one is awaited before anything is sent: what is
 * refused is refused as everywhere.
 */
export async function sendEvents(reply: FastifyReply, events: AsyncIterableIterator<TurnEvent>): Promise<Readable> {
  const first = await events.next();
  void reply.header('cache-control', 'no-store').type('text/event-stream; charset=utf-8');
  return Readable.from(texts(first, events));
}

async function* texts(first: IteratorResult<TurnEvent, unknown>, events: AsyncIterable<TurnEvent>) {
  if (first.done) return;
  yield textOf(first.value);
  for await (const event of events) yield textOf(event);
}

function textOf(event: TurnEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
