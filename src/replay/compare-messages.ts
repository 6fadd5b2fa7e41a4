import type { Finding } from './difference';
import type { ExpectedMessage } from './expectation';
import type { MessageAnswer, ReceiptAnswer, SessionAnswer } from './session-answers';

type History = SessionAnswer['history'];
type Spoken = Pick<ExpectedMessage, 'role' | 'content'>;

/** What is wrong with the messages: of each agent its own, and of all together their numbers. */
export function compareMessages(
  expected: readonly ExpectedMessage[],
  receipts: readonly ReceiptAnswer[],
  history: History,
): Finding[] {
  const agents = new Set([...expected.map(({ agent }) => agent), ...Object.keys(history)]);
  const threads = [...agents].flatMap((agent) =>
    compareThread(
      agent,
      expected.map((message, index) => ({ ...message, turn: index + 1 })).filter((message) => message.agent === agent),
      messagesOf(history, agent),
    ),
  );
  return [...threads, ...checkNumbers(history), ...checkReceipts(expected, receipts, history)];
}

interface ExpectedTurn extends ExpectedMessage {
  readonly turn: number;
}

function compareThread(
  agent: string,
  expected: readonly ExpectedTurn[],
  found: readonly MessageAnswer[],
): readonly Finding[] {
  const wanted = new Occurrences(expected);
  const present = new Occurrences(found);
  const missing = expected
    .filter((message, index) => wanted.rank(index) > present.count(message))
    .map(({ turn }) => finding(agent, `turn ${turn}`, 'message missing'));
  const surplus = found
    .filter((message, index) => present.rank(index) > wanted.count(message))
    .map((message) =>
      finding(agent, `number ${message.seq}`, wanted.count(message) > 0 ? 'message doubled' : 'message unknown'),
    );
  return [...missing, ...surplus, ...checkOrder(agent, expected, wanted, found, present)];
}

/** Compares the order of those messages that are on both sides; the first that is out of place stands for the rest. */
function checkOrder(
  agent: string,
  expected: readonly ExpectedTurn[],
  wanted: Occurrences,
  found: readonly MessageAnswer[],
  present: Occurrences,
): readonly Finding[] {
  const played = expected.filter((message, index) => wanted.rank(index) <= present.count(message));
  const stored = found.filter((message, index) => present.rank(index) <= wanted.count(message));
  const index = played.findIndex((message, position) => keyOf(message) !== keyOf(stored[position] as Spoken));
  const first = played[index];
  return first ? [finding(agent, `turn ${first.turn}`, 'message out of order')] : [];
}

/** The numbers grow within a thread, and over all threads they are 1, 2, 3, … */
function checkNumbers(history: History): readonly Finding[] {
  const falling = Object.entries(history).flatMap(([agent, thread]) => {
    const first = thread.find(({ seq }, index) => seq <= (thread[index - 1]?.seq ?? -1));
    return first ? [finding(agent, `number ${first.seq}`, 'message number', 'does not grow')] : [];
  });
  const numbers = Object.values(history).flatMap((thread) => thread.map(({ seq }) => seq).filter((seq) => seq > 0));
  numbers.sort((left, right) => left - right);
  const gap = numbers.findIndex((seq, index) => seq !== index + 1);
  if (gap === -1) return falling;
  const detail = `expected ${gap + 1}, found ${numbers[gap]}`;
  return [...falling, { where: 'history', kind: 'message number', detail }];
}

/** A message stands under the number that was acknowledged for it. One that is missing altogether is said already. */
function checkReceipts(
  expected: readonly ExpectedMessage[],
  receipts: readonly ReceiptAnswer[],
  history: History,
): readonly Finding[] {
  return expected.flatMap(({ agent, ...message }, index) => {
    const acknowledged = receipts[index]?.messages ?? [];
    const same = messagesOf(history, agent).filter((stored) => keyOf(stored) === keyOf(message));
    if (same.length === 0 || (acknowledged.length === 1 && same.some(({ seq }) => seq === acknowledged[0]))) return [];
    const detail = `acknowledged as ${acknowledged.join(', ') || 'nothing'}, found as ${same.map(({ seq }) => seq).join(', ')}`;
    return [finding(agent, `turn ${index + 1}`, 'message number', detail)];
  });
}

/** How often the same was said by the same side: people do repeat themselves. */
class Occurrences {
  private readonly counts = new Map<string, number>();
  private readonly ranks: readonly number[];

  constructor(messages: readonly Spoken[]) {
    this.ranks = messages.map((message) => {
      const rank = this.count(message) + 1;
      this.counts.set(keyOf(message), rank);
      return rank;
    });
  }

  count(message: Spoken): number {
    return this.counts.get(keyOf(message)) ?? 0;
  }

  /** The message at this place is the first, second, … of its kind. */
  rank(index: number): number {
    return this.ranks[index] ?? 0;
  }
}

function messagesOf(history: History, agent: string): readonly MessageAnswer[] {
  return Object.hasOwn(history, agent) ? (history[agent] ?? []) : [];
}

function keyOf({ role, content }: Spoken): string {
  return `${role} ${content}`;
}

function finding(agent: string, place: string, kind: Finding['kind'], detail?: string): Finding {
  return { where: `history of ${agent}, ${place}`, kind, ...(detail !== undefined && { detail }) };
}
