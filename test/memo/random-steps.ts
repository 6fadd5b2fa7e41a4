import fc from 'fast-check';
import type { JsonValue } from '../../src/common/json';
import type { MemoManager } from '../../src/memo';
import type { Op } from '../../src/store/ops';
import type { FeedFault, WriteFault } from './lossy-store';

/** One step of a random run, made by one of the writers. */
export type Step = { readonly who: number } & (
  | { readonly does: 'say' }
  | { readonly does: 'cut'; readonly index: number }
  | { readonly does: 'mutate'; readonly op: Op }
  | { readonly does: 'persist' | 'background' | 'cancel' | 'flush' | 'refresh' | 'check' | 'pause' }
  | { readonly does: 'breakWrites'; readonly faults: readonly WriteFault[] }
  | { readonly does: 'breakFeed'; readonly faults: readonly FeedFault[] }
);

/** Nobody clears this agent's thread: what was said there must all be there at the end. */
export const LOG = 'log';
const OTHER = 'other';

const key = fc.constantFrom('x', 'y', 'z');
const value = fc.jsonValue({ maxDepth: 2 }).map((json) => json as JsonValue);
const text = fc.string({ maxLength: 8 });
const members = fc.dictionary(key, value);

const mutation: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constant('setContext' as const), key, value }),
  fc.record({ op: fc.constant('mergeContext' as const), key, value: members }),
  fc.record({ op: fc.constant('deleteContext' as const), key }),
  fc.record({ op: fc.constant('setSlots' as const), slots: members }),
  fc.record({ op: fc.constant('setToolOutput' as const), tool: key, output: value }),
  fc.record({ op: fc.constant('setInterrupted' as const), value: fc.boolean() }),
  fc.record({ op: fc.constant('setActiveAgent' as const), agent: key }),
  fc.record({
    op: fc.constant('recordLatency' as const),
    stage: key,
    seconds: fc.double({ min: 0, max: 9, noNaN: true }),
  }),
  fc.record({
    op: fc.constant('append' as const),
    agent: fc.constant(OTHER),
    role: fc.constantFrom('user', 'system'),
    content: text,
  }),
  fc.record({ op: fc.constant('systemPrompt' as const), agent: fc.constantFrom(OTHER, LOG), content: text }),
  fc.record({ op: fc.constant('clearHistory' as const), agent: fc.constant(OTHER) }),
  fc.record({ op: fc.constant('enqueuePlayback' as const), message: fc.record({ text }) }),
  fc.record({ op: fc.constant('clearPlayback' as const) }),
);

const who = fc.nat({ max: 1 });
const plain = (...does: ('persist' | 'background' | 'cancel' | 'flush' | 'refresh' | 'check' | 'pause')[]) =>
  fc.record({ who, does: fc.constantFrom(...does) });

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ who, does: fc.constant('say' as const) }) },
    { weight: 5, arbitrary: fc.record({ who, does: fc.constant('mutate' as const), op: mutation }) },
    { weight: 1, arbitrary: fc.record({ who, does: fc.constant('cut' as const), index: fc.nat({ max: 99 }) }) },
    { weight: 8, arbitrary: plain('persist', 'background', 'background', 'background') },
    { weight: 6, arbitrary: plain('cancel', 'cancel', 'cancel', 'flush', 'refresh', 'check') },
    { weight: 3, arbitrary: plain('pause') },
    {
      weight: 1,
      arbitrary: fc.record({
        who,
        does: fc.constant('breakWrites' as const),
        faults: fc.array(fc.constantFrom<WriteFault>('unsent', 'unanswered'), { minLength: 1, maxLength: 2 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        who,
        does: fc.constant('breakFeed' as const),
        faults: fc.array(fc.constantFrom<FeedFault>('lost', 'late'), { minLength: 1, maxLength: 3 }),
      }),
    },
  ),
  { minLength: 1, maxLength: 60, size: 'max' },
);

/** Makes a mutation in the memo's own words. */
export function mutate(memo: MemoManager, op: Op): void {
  switch (op.op) {
    case 'setContext':
      return memo.setContext(op.key, op.value);
    case 'mergeContext':
      return memo.updateContext(op.key, op.value);
    case 'deleteContext':
      return memo.deleteContext(op.key);
    case 'setSlots':
      return memo.updateSlots(op.slots);
    case 'setToolOutput':
      return memo.persistToolOutput(op.tool, op.output);
    case 'setInterrupted':
      return memo.setTtsInterrupted(op.value);
    case 'setActiveAgent':
      return memo.setActiveAgent(op.agent);
    case 'recordLatency':
      return memo.recordLatency(op.stage, op.seconds);
    case 'append':
      return memo.appendToHistory(op.agent, op.role, op.content);
    case 'systemPrompt':
      return memo.ensureSystemPrompt(op.agent, op.content);
    case 'clearHistory':
      return memo.clearHistory(op.agent);
    case 'truncate':
      return memo.truncateMessage(op.seq, op.content);
    case 'enqueuePlayback':
      return memo.playback.enqueueMessage(op.message);
    case 'clearPlayback':
      return memo.playback.clearQueue();
    default:
      throw new Error(`${op.op} is nobody's to make but its own feature's`);
  }
}
