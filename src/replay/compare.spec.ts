import type { JsonValue } from '../common/json';
import type { Call } from '../programs/call';
import { compareSession } from './compare';
import type { Difference } from './difference';
import { expectationOf } from './expectation';
import type { MessageAnswer } from './session-answers';
import { scriptCall } from './turn-script';

const call: Call = {
  callId: 'call-1',
  agents: ['A', 'B'],
  turns: [
    { role: 'user', agent: 'A', text: 'yes please', slots: { city: 'Oslo', day: 'now' } },
    { role: 'assistant', agent: 'A', text: 'fine', toolCalls: [{ tool: 'T', parameters: {}, results: [{ a: 1 }] }] },
    { role: 'user', agent: 'A', text: 'yes please', slots: { city: 'Oslo', day: 'later' } },
    { role: 'assistant', agent: 'B', text: 'hello' },
    { role: 'user', agent: 'B', text: 'bye', slots: {} },
  ],
};
const expectation = expectationOf(scriptCall(call, 1));

/** What a service answers that has kept everything; a test then spoils it. */
function perfectAnswer() {
  const message = (seq: number, role: string, content: string): MessageAnswer => ({ seq, role, content });
  return {
    openedAt: 1,
    receipts: call.turns.map((_turn, index) => ({ revision: index + 2, messages: [index + 1] })),
    session: {
      revision: 6,
      activeAgent: 'B' as string | null,
      interrupted: false,
      context: {
        active_agent: 'B',
        replay: { callId: 'call-1', seed: 1, simulatedLatency: true },
      } as Record<string, JsonValue>,
      slots: { city: 'Oslo', day: 'later' } as Record<string, JsonValue>,
      toolOutputs: { T: [{ a: 1 }] } as Record<string, JsonValue>,
      history: {
        A: [message(1, 'user', 'yes please'), message(2, 'assistant', 'fine'), message(3, 'user', 'yes please')],
        B: [message(4, 'assistant', 'hello'), message(5, 'user', 'bye')],
      } as Record<string, MessageAnswer[]>,
    },
    latency: {
      stages: Object.fromEntries([...expectation.latency].map(([stage, samples]) => [stage, stageOf(samples)])),
    },
  };
}
type Answer = ReturnType<typeof perfectAnswer>;

function stageOf(ascending: readonly number[]): Record<string, number> {
  const total = ascending.reduce((sum, seconds) => sum + seconds, 0);
  const at = (share: number) => ascending[Math.floor(share * (ascending.length - 1))] ?? 0;
  return {
    count: ascending.length,
    min: at(0),
    max: at(1),
    total,
    avg: total / ascending.length,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
  };
}

function differences(spoil: (answer: Answer) => void): readonly Difference[] {
  const answer = perfectAnswer();
  spoil(answer);
  return compareSession(expectation, answer);
}

/** As text, without the call: `where: kind`. */
function found(spoil: (answer: Answer) => void): string[] {
  return differences(spoil).map(({ where, kind }) => `${where}: ${kind}`);
}

const threadOf = (answer: Answer, agent: string): MessageAnswer[] => answer.session.history[agent] ?? [];
const stage = (answer: Answer, name: string): Record<string, number> => answer.latency.stages[name] ?? {};

describe('compareSession', () => {
  it('finds nothing in a session that is as it was played', () => {
    expect(differences(() => undefined)).toEqual([]);
  });

  it('names the call, the place and the kind, and nothing that was said', () => {
    const [first] = differences(({ session }) => delete session.slots['city']);
    expect(first).toEqual({ callId: 'call-1', where: 'slot city', kind: 'missing' });
    const all = differences((answer) => {
      threadOf(answer, 'A').pop();
      threadOf(answer, 'B').push({ seq: 6, role: 'user', content: 'a secret' });
      answer.session.slots['day'] = 'a secret';
      answer.session.toolOutputs['T'] = 'a secret';
    });
    expect(all.length).toBeGreaterThan(3);
    expect(JSON.stringify(all)).not.toMatch(/secret|please|later/);
  });

  describe('of messages', () => {
    it('finds a missing one', () => {
      expect(found((answer) => threadOf(answer, 'B').pop())).toEqual(['history of B, turn 5: message missing']);
    });

    it('finds a missing one of two that say the same', () => {
      expect(found((answer) => threadOf(answer, 'A').pop())).toEqual([
        'history of A, turn 3: message missing',
        'history: message number',
        'history of A, turn 3: message number',
      ]);
    });

    it('finds a missing thread', () => {
      expect(found(({ session }) => delete session.history['B'])).toEqual([
        'history of B, turn 4: message missing',
        'history of B, turn 5: message missing',
      ]);
    });

    it('finds a doubled one', () => {
      expect(found((answer) => threadOf(answer, 'B').push({ seq: 6, role: 'user', content: 'bye' }))).toEqual([
        'history of B, number 6: message doubled',
      ]);
    });

    it('finds one that nobody has played', () => {
      expect(found((answer) => threadOf(answer, 'B').push({ seq: 6, role: 'user', content: 'more' }))).toEqual([
        'history of B, number 6: message unknown',
      ]);
    });

    it('finds a changed one, in its words or in its role', () => {
      const changed = ['history of B, turn 5: message missing', 'history of B, number 5: message unknown'];
      expect(found((answer) => (threadOf(answer, 'B')[1] = { seq: 5, role: 'user', content: 'by' }))).toEqual(changed);
      expect(found((answer) => (threadOf(answer, 'B')[1] = { seq: 5, role: 'tool', content: 'bye' }))).toEqual(changed);
    });

    it('finds one in the thread of another agent', () => {
      expect(found((answer) => threadOf(answer, 'A').push(...threadOf(answer, 'B').splice(0, 1)))).toEqual([
        'history of A, number 4: message unknown',
        'history of B, turn 4: message missing',
      ]);
    });

    it('finds another order', () => {
      const swapped = found((answer) => {
        answer.session.history['B'] = [
          { seq: 4, role: 'user', content: 'bye' },
          { seq: 5, role: 'assistant', content: 'hello' },
        ];
      });
      expect(swapped).toEqual([
        'history of B, turn 4: message out of order',
        'history of B, turn 4: message number',
        'history of B, turn 5: message number',
      ]);
    });

    it('finds numbers that fall', () => {
      expect(found((answer) => threadOf(answer, 'B').reverse())).toContain('history of B, number 4: message number');
    });

    it('finds a gap in the numbers and a number given twice', () => {
      const numbered = (seq: number) =>
        differences((answer) => (threadOf(answer, 'B')[1] = { seq, role: 'user', content: 'bye' }));
      expect(numbered(6)).toContainEqual({
        callId: 'call-1',
        where: 'history',
        kind: 'message number',
        detail: 'expected 5, found 6',
      });
      expect(numbered(4).map(({ where, kind }) => `${where}: ${kind}`)).toContain('history: message number');
    });

    it('finds one under another number than was acknowledged', () => {
      expect(differences(({ receipts }) => (receipts[4] = { revision: 6, messages: [7] }))).toEqual([
        {
          callId: 'call-1',
          where: 'history of B, turn 5',
          kind: 'message number',
          detail: 'acknowledged as 7, found as 5',
        },
      ]);
    });
  });

  describe('of slots, tool outputs and context', () => {
    it('finds another slot value', () => {
      expect(found(({ session }) => (session.slots['day'] = 'now'))).toEqual(['slot day: other value']);
    });

    it('finds a missing slot and an unknown one', () => {
      expect(found(({ session }) => (session.slots = { city: 'Oslo', other: 1 }))).toEqual([
        'slot day: missing',
        'slot other: unknown',
      ]);
    });

    it('finds another tool output, a missing one and an unknown one', () => {
      expect(found(({ session }) => (session.toolOutputs['T'] = [{ a: 2 }]))).toEqual(['tool output T: other value']);
      expect(found(({ session }) => (session.toolOutputs = { U: [] }))).toEqual([
        'tool output T: missing',
        'tool output U: unknown',
      ]);
    });

    it('finds a context key that nobody has played', () => {
      expect(found(({ session }) => (session.context['x'] = null))).toEqual(['context key x: unknown']);
    });

    it('finds another active agent and a caller who interrupts', () => {
      expect(found(({ session }) => (session.activeAgent = 'A'))).toEqual(['active agent: other value']);
      expect(found(({ session }) => (session.activeAgent = null))).toEqual(['active agent: other value']);
      expect(found(({ session }) => (session.interrupted = true))).toEqual(['interrupted: other value']);
    });
  });

  describe('of revisions', () => {
    it('finds another one at the end', () => {
      expect(differences(({ session }) => (session.revision = 7))).toEqual([
        { callId: 'call-1', where: 'revision', kind: 'other value', detail: 'expected 6, found 7' },
      ]);
    });

    it('finds the first acknowledged one that is off', () => {
      expect(found(({ receipts }) => receipts.splice(2, 3, { revision: 5, messages: [3] }))).toContain(
        'acknowledged revision of turn 3: other value',
      );
    });
  });

  describe('of latency', () => {
    it('finds a missing sample and one too many', () => {
      expect(found((answer) => (stage(answer, 'stt')['count'] = 2))).toEqual(['latency of stt: sample count']);
      expect(found((answer) => (stage(answer, 'stt')['count'] = 4))).toEqual(['latency of stt: sample count']);
    });

    it('finds a missing stage and an unknown one', () => {
      expect(found(({ latency }) => delete latency.stages['tool'])).toEqual(['latency of tool: missing']);
      expect(found(({ latency }) => (latency.stages['more'] = stageOf([1])))).toEqual(['latency of more: unknown']);
    });

    it.each(['min', 'max', 'total', 'avg'])('finds a %s that is off by a microsecond', (name) => {
      const off = differences((answer) => (stage(answer, 'stt')[name] = (stage(answer, 'stt')[name] ?? 0) + 1e-6));
      expect(off).toHaveLength(1);
      expect(off[0]).toMatchObject({ where: 'latency of stt', kind: 'figure' });
      expect(off[0]?.detail).toContain(name);
    });

    it.each(['p50', 'p90', 'p95', 'p99'])('takes a %s within 1 %% and no other', (name) => {
      const times = (factor: number) =>
        found((answer) => (stage(answer, 'stt')[name] = (stage(answer, 'stt')[name] ?? 0) * factor));
      expect(times(1.01)).toEqual([]);
      expect(times(0.99)).toEqual([]);
      expect(times(1.011)).toEqual(['latency of stt: figure']);
      expect(times(0.989)).toEqual(['latency of stt: figure']);
    });

    it('takes sums that differ by the rounding of doubles', () => {
      expect(found((answer) => (stage(answer, 'stt')['total'] = (stage(answer, 'stt')['total'] ?? 0) + 1e-12))).toEqual(
        [],
      );
    });
  });
});
