import { applyChange as applyInStore } from '../../../src/store/apply-change';
import type { Op } from '../../../src/store/ops';
import { emptyState, type SessionState, threadMessages } from '../../../src/store/session-state';
import type { Change, SessionView } from '../api/types';
import { applyChange } from './apply-change';

/** As the service answers it; its own way there leads through all of the service. */
function viewOf(state: SessionState): SessionView {
  const { sessionId, revision, createdAt, updatedAt, expiresAt, epoch, context, slots, toolOutputs, history } = state;
  const agent = context.get('active_agent');
  return {
    ...{ sessionId, revision, createdAt, updatedAt, expiresAt, epoch },
    activeAgent: typeof agent === 'string' ? agent : null,
    interrupted: context.get('tts_interrupted') === true,
    context: Object.fromEntries(context),
    slots: Object.fromEntries(slots),
    toolOutputs: Object.fromEntries(toolOutputs),
    history: Object.fromEntries([...history].map(([name, thread]) => [name, threadMessages(thread)])),
  };
}

/** A change of the store with as many numbers as it appends. */
function change(revision: number, ops: readonly Op[], firstSeq: number): Change {
  const messages = ops.filter(({ op }) => op === 'append').map((_, index) => firstSeq + index);
  return {
    revision,
    batchId: `b${revision}`,
    messages,
    at: 1_000 + revision,
    ops: ops as Change['ops'],
    source: 'session',
  };
}

const append = (agent: string, role: 'user' | 'assistant', content: string): Op => ({
  op: 'append',
  agent,
  role,
  content,
});

const BATCHES: readonly (readonly Op[])[] = [
  [
    { op: 'setActiveAgent', agent: 'concierge' },
    { op: 'systemPrompt', agent: 'concierge', content: 'Be brief.' },
    append('concierge', 'user', 'hello'),
  ],
  [append('concierge', 'assistant', 'Good morning, what can I do?'), { op: 'setSlots', slots: { card: 'gold' } }],
  [{ op: 'setInterrupted', value: true, cause: 'barge_in', spoken: { seq: 2, characters: 12 } }],
  [
    { op: 'setInterrupted', value: false },
    append('concierge', 'user', 'my card'),
    { op: 'truncate', seq: 2, content: 'Good' },
  ],
  [
    { op: 'setActiveAgent', agent: 'cards' },
    { op: 'setToolOutput', tool: 'block', output: { ok: true } },
  ],
  [
    { op: 'setContext', key: 'a', value: { x: 1 } },
    { op: 'mergeContext', key: 'a', value: { y: null } },
    { op: 'mergeContext', key: 'b', value: { z: 1 } },
    { op: 'setContext', key: 'c', value: 1 },
    { op: 'deleteContext', key: 'c' },
  ],
  [append('cards', 'assistant', 'First'), append('cards', 'user', 'second')],
  [{ op: 'systemPrompt', agent: 'cards', content: 'One' }],
  [{ op: 'systemPrompt', agent: 'cards', content: 'Another' }],
  [{ op: 'append', agent: 'odd', role: 'system', content: 'appended' }],
  [{ op: 'systemPrompt', agent: 'odd', content: 'set' }],
  [{ op: 'clearHistory', agent: 'concierge' }],
  [{ op: 'clearHistory' }],
];

describe('a session with its changes', () => {
  it('is at every revision what the service would answer', () => {
    const state = emptyState('s1');
    let session = viewOf(state);
    for (const [index, ops] of BATCHES.entries()) {
      const made = change(index + 1, ops, state.lastSeq + 1);
      applyInStore(state, { revision: made.revision, at: made.at, messages: made.messages, ops });
      session = applyChange(session, { ...made, epoch: state.epoch });
      expect(session).toEqual(viewOf(state));
    }
  });

  it('leaves the session before it as it was', () => {
    const before = Object.freeze(viewOf(emptyState('s1')));
    applyChange(before, change(1, [append('a', 'user', 'hello')], 1));
    expect(before.history).toEqual({});
  });
});
