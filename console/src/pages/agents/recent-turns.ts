import type { Message, SessionView } from '../../api/types';

export interface RecentTurn {
  /** Number of its first message. */
  readonly seq: number;
  readonly said: string | null;
  readonly answer: string | null;
  /** When the caller's words came, seconds since the epoch. */
  readonly at: number | null;
}

/** The last turns with an agent, newest first: what the caller said, and what was answered. */
export function recentTurns(history: SessionView['history'], agent: string, most: number): RecentTurn[] {
  const turns: RecentTurn[] = [];
  for (const message of history[agent] ?? []) {
    const last = turns.at(-1);
    if (message.role === 'user') turns.push({ ...beginOf(message), said: message.content });
    else if (message.role !== 'assistant' || message.content === '') continue;
    else if (last?.answer === null) turns[turns.length - 1] = { ...last, answer: message.content };
    else turns.push({ ...beginOf(message), answer: message.content });
  }
  return turns.slice(-most).toReversed();
}

/** The revision that a turn was begun with: the agent is asked for once, as the caller's words come. */
export function revisionAt(
  at: number | null,
  revisions: readonly { readonly revision: number; readonly at: number }[],
): number {
  if (at === null) return 0;
  return revisions.findLast((revision) => revision.at <= at)?.revision ?? 0;
}

function beginOf({ seq, at }: Message): RecentTurn {
  return { seq, at, said: null, answer: null };
}
