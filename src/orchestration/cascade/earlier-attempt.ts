import type { MemoMessage, SessionMemory } from '../../memo';
import { SHOWN_MESSAGES } from './history-messages';
import type { TurnEventBody } from './turn-event';

/** A turn that was asked for before, under the same name. */
export interface EarlierAttempt {
  /** How it ended; undefined where it came to no end and the caller has said nothing since: it is to be taken up again. */
  readonly end: TurnEventBody | undefined;
}

interface Told extends MemoMessage {
  readonly agent: string;
}

/**
 * What the history has of a turn, undefined where it has nothing. Who asks again, because no answer came, must neither
 * double what the caller said nor get a second answer to it. Looked for where models look.
 */
export function earlierAttempt(memo: SessionMemory, turnId: string): EarlierAttempt | undefined {
  const told = lastOfAll(memo);
  const begin = told.findIndex(({ role, meta }) => role === 'user' && meta?.['turn'] === turnId);
  if (begin < 0) return undefined;
  const own = told.slice(begin).filter(({ meta }) => meta?.['turn'] === turnId);
  const last = own.at(-1) as Told;
  const isOvertaken = told.slice(begin).some(({ role, meta }) => role === 'user' && meta?.['turn'] !== turnId);
  const { agent } = last;
  if (isAnswer(last)) return { end: { type: 'completed', agent, reply: wordsOf(own, ({ content }) => content) } };
  if (!isOvertaken) return { end: undefined };
  const heard = wordsOf(own, ({ content }) => content);
  return { end: { type: 'interrupted', agent, heard, generated: wordsOf(own, generatedOf) } };
}

/** In the order of the store; what it has not numbered yet comes last. */
function lastOfAll(memo: SessionMemory): Told[] {
  return memo
    .agentsWithHistory()
    .flatMap((agent) => memo.lastMessages(agent, SHOWN_MESSAGES).map((message) => ({ agent, ...message })))
    .sort((left, right) => (left.seq ?? Infinity) - (right.seq ?? Infinity));
}

/** Whether it ends its turn, and was neither cut nor said for want of an answer. */
function isAnswer({ role, meta }: Told): boolean {
  return role === 'assistant' && !['toolCalls', 'greeting', 'generated', 'failed'].some((key) => meta && key in meta);
}

function generatedOf({ content, meta }: Told): string {
  const generated = meta?.['generated'];
  return typeof generated === 'string' ? generated : content;
}

function wordsOf(messages: readonly Told[], text: (message: Told) => string): string {
  return messages.flatMap((message) => (message.role === 'assistant' && text(message).trim()) || []).join(' ');
}
