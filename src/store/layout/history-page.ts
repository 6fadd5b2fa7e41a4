import type { JsonValue } from '../../common/json';
import { cutMessage, type Heard, type Message, type SessionState, threadMessages } from '../session-state';
import type { HistoryPage } from '../session-store';
import { decodeMessage, decodePrompt, decodeStored } from './decode-session';
import { FIELD } from './fields';

/** Reads fields by name; undefined or null where there is none. */
export type FieldReader = (names: readonly string[]) => Promise<readonly (string | null | undefined)[]>;

/** Other agents' messages stand between those of one: a read looks at this many numbers at a time. */
const CHUNK = 256;

/**
 * One page of one agent's messages, from the fields alone: the name of a message's field follows from its number and
 * agent, so a page costs what it looks at and not what the session holds.
 * @throws ParleyError `session_corrupt`
 */
export async function readHistoryPage(
  sessionId: string,
  read: FieldReader,
  lastSeq: number,
  agent: string,
  after: number,
  limit: number,
): Promise<HistoryPage> {
  const messages = after < 0 ? await readPrompt(sessionId, read, agent) : [];
  for (let from = Math.max(after, 0) + 1; from <= lastSeq && messages.length <= limit; from += CHUNK) {
    messages.push(...(await readChunk(sessionId, read, agent, from, Math.min(from + CHUNK - 1, lastSeq))));
  }
  const page = messages.slice(0, limit);
  return { messages: page, nextAfter: messages.length > limit ? (page.at(-1)?.seq ?? null) : null };
}

async function readPrompt(sessionId: string, read: FieldReader, agent: string): Promise<Message[]> {
  const [text] = await read([FIELD.prompt(agent)]);
  return text == null ? [] : [decodeStored(sessionId, () => decodePrompt(JSON.parse(text) as JsonValue))];
}

async function readChunk(
  sessionId: string,
  read: FieldReader,
  agent: string,
  from: number,
  to: number,
): Promise<Message[]> {
  const names: string[] = [];
  for (let seq = from; seq <= to; seq += 1) names.push(FIELD.message(seq, agent), FIELD.heard(seq));
  const values = await read(names);
  return decodeStored(sessionId, () => {
    const messages: Message[] = [];
    for (let index = 0; index < values.length; index += 2) {
      const text = values[index];
      if (text == null) continue;
      const message = decodeMessage(from + index / 2, JSON.parse(text) as JsonValue);
      const heard = values[index + 1];
      messages.push(heard == null ? message : cutMessage(message, JSON.parse(heard) as Heard));
    }
    return messages;
  });
}

/** The same page from a whole session, for one that is still stored as an older service wrote it. */
export function pageOfState(state: SessionState, agent: string, after: number, limit: number): HistoryPage {
  const rest = threadMessages(state.history.get(agent)).filter((message) => message.seq > after);
  const page = rest.slice(0, limit);
  return { messages: page, nextAfter: rest.length > limit ? (page.at(-1)?.seq ?? null) : null };
}
