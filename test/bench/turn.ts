import type { Op } from '../../src/store/ops';
import type { SessionStore } from '../../src/store/session-store';

export const WORDS =
  'I would like to know the balance of my savings account and when the last transfer to it was made please';

/** The bench's turn: one message, two slots, three latency samples. */
export function turnOps(turn: number): Op[] {
  return [
    {
      op: 'append',
      agent: turn % 40 < 20 ? 'Concierge' : 'BankingAgent',
      role: turn % 2 === 0 ? 'user' : 'assistant',
      content: WORDS,
    },
    { op: 'setSlots', slots: { account_type: 'savings', last_turn: `turn ${turn}` } },
    { op: 'recordLatency', stage: 'stt', seconds: 0.18 + (turn % 17) / 100 },
    { op: 'recordLatency', stage: 'llm_ttft', seconds: 0.42 + (turn % 31) / 100 },
    { op: 'recordLatency', stage: 'tts_ttfb', seconds: 0.11 + (turn % 13) / 100 },
  ];
}

/** The id of a bench's session by number. */
export function sessionOf(number: number): string {
  return `0199aa00-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** Work for each of many, a hundred at a time. */
export async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < items.length; from += 100) await Promise.all(items.slice(from, from + 100).map(work));
}

/** One session of a bench, played turn by turn as one writer does. */
export class Call {
  private turns = 0;

  constructor(
    private readonly store: SessionStore,
    readonly sessionId: string,
  ) {}

  async open(): Promise<this> {
    await this.store.create(this.sessionId, 7200, { id: 'open', ops: [] });
    return this;
  }

  async play(turns: number): Promise<void> {
    for (let index = 0; index < turns; index += 1) {
      this.turns += 1;
      await this.store.apply(this.sessionId, {
        id: `Zk3mTq8wPx1c.${this.turns.toString(36)}`,
        ops: turnOps(this.turns),
      });
    }
  }
}
