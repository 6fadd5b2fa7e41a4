import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../common/json';
import { compareLatency } from './compare-latency';
import { compareMessages } from './compare-messages';
import type { Difference, Finding } from './difference';
import type { Expectation } from './expectation';
import type { LatencyAnswer, ReceiptAnswer, SessionAnswer } from './session-answers';

/** A session as it was written and as it was read back. */
export interface ReadSession {
  /** Its revision when it was opened. */
  readonly openedAt: number;
  readonly receipts: readonly ReceiptAnswer[];
  readonly session: SessionAnswer;
  readonly latency: LatencyAnswer;
}

/** Everything in which a session is not what was played into it. */
export function compareSession(expectation: Expectation, read: ReadSession): readonly Difference[] {
  const { session, receipts, latency } = read;
  const findings = [
    ...compareMessages(expectation.messages, receipts, session.history),
    ...compareMap('slot', expectation.slots, session.slots),
    ...compareMap('tool output', expectation.toolOutputs, session.toolOutputs),
    ...compareMap('context key', expectation.context, session.context),
    ...compareValue('active agent', expectation.activeAgent ?? null, session.activeAgent),
    ...compareValue('interrupted', false, session.interrupted),
    ...compareRevisions(read, expectation.messages.length),
    ...compareLatency(expectation.latency, latency.stages),
  ];
  return findings.map((finding) => ({ callId: expectation.callId, ...finding }));
}

function compareMap(
  what: string,
  expected: ReadonlyMap<string, JsonValue>,
  found: Readonly<Record<string, JsonValue>>,
): Finding[] {
  const entries = new Map(Object.entries(found));
  const unknown = [...entries.keys()].filter((name) => !expected.has(name));
  return [
    ...[...expected].flatMap(([name, value]): Finding[] => {
      const where = `${what} ${name}`;
      if (!entries.has(name)) return [{ where, kind: 'missing' }];
      return isDeepStrictEqual(entries.get(name), value) ? [] : [{ where, kind: 'other value' }];
    }),
    ...unknown.map((name): Finding => ({ where: `${what} ${name}`, kind: 'unknown' })),
  ];
}

/** Only for values that hold nothing of what was said: they are shown. */
function compareValue<T extends string | number | boolean | null>(where: string, expected: T, found: T): Finding[] {
  if (expected === found) return [];
  return [{ where, kind: 'other value', detail: `expected ${String(expected)}, found ${String(found)}` }];
}

/** Every turn is one revision, and nobody else has written. */
function compareRevisions({ openedAt, receipts, session }: ReadSession, turns: number): Finding[] {
  const first = receipts.findIndex(({ revision }, index) => revision !== openedAt + index + 1);
  const ofReceipts =
    first === -1
      ? []
      : compareValue(
          `acknowledged revision of turn ${first + 1}`,
          openedAt + first + 1,
          receipts[first]?.revision ?? null,
        );
  return [...ofReceipts, ...compareValue('revision', openedAt + turns, session.revision)];
}
