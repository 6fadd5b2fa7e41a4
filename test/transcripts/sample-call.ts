import { applyChange } from '../../src/store/apply-change';
import type { Op } from '../../src/store/ops';
import { emptyState, type SessionState } from '../../src/store/session-state';

/** When the sample call begins, in seconds since the epoch: 2026-11-24T09:00:00Z. */
export const CALL_START = 1_795_510_800;

/** The state of a session after operations, each a batch of its own and a second after the one before. */
export function stateAfter(...ops: readonly Op[]): SessionState {
  const state: SessionState = { ...emptyState('call-1'), createdAt: CALL_START, revision: 1 };
  ops.forEach((op, index) => {
    const messages = op.op === 'append' ? [state.lastSeq + 1] : [];
    applyChange(state, { revision: index + 2, messages, at: CALL_START + index, ops: [op] });
  });
  return state;
}

/** A call of two agents with everything a transcript shows. */
export const SAMPLE_CALL: readonly Op[] = [
  { op: 'systemPrompt', agent: 'Concierge', content: 'You are the concierge.' },
  { op: 'setActiveAgent', agent: 'Concierge' },
  { op: 'append', agent: 'Concierge', role: 'assistant', content: 'Hello, how can I help?', at: CALL_START + 10 },
  {
    op: 'append',
    agent: 'Concierge',
    role: 'user',
    content: 'My card 4111 1111 1111 1111 & <PIN>',
    at: CALL_START + 12,
  },
  { op: 'setToolOutput', tool: 'lookup_card', output: { status: 'blocked' } },
  { op: 'setActiveAgent', agent: 'FraudAgent' },
  { op: 'append', agent: 'FraudAgent', role: 'assistant', content: 'I see it was blocked today.', at: CALL_START + 75 },
  { op: 'setInterrupted', value: true },
  { op: 'truncate', seq: 3, content: 'I see it was' },
  { op: 'setInterrupted', value: false },
  { op: 'append', agent: 'FraudAgent', role: 'user', content: 'Yes,\n\nplease unblock it.', at: CALL_START + 80 },
];
