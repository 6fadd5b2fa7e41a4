import type { Message, SessionView } from '../../api/types';
import type { SessionEvent } from '../../live/session-events';
import { conversationOf } from './conversation';

const message = (seq: number, role: Message['role'], content: string, meta?: Message['meta']): Message => ({
  seq,
  role,
  content,
  at: seq,
  ...(meta && { meta }),
});

const sessionWith = (history: SessionView['history'], toolOutputs: SessionView['toolOutputs'] = {}): SessionView =>
  ({ history, toolOutputs }) as unknown as SessionView;

const call = (id: string, name: string, args: string) => ({ id, name, arguments: args });

describe('the conversation', () => {
  it('is one over all agents, in the order of its numbers, without instructions', () => {
    const session = sessionWith({
      cards: [message(0, 'system', 'Be brief.'), message(3, 'assistant', 'Which card?')],
      concierge: [message(1, 'user', 'hello'), message(2, 'assistant', 'Good morning.')],
    });
    const handoff: SessionEvent = { kind: 'handoff', at: 9, afterSeq: 2, from: 'concierge', to: 'cards' };
    const items = conversationOf(session, [handoff]);
    expect(items.map((item) => (item.kind === 'said' ? item.heard : item.kind))).toEqual([
      'hello',
      'Good morning.',
      'event',
      'Which card?',
    ]);
  });

  it('tells what was heard and what was written', () => {
    const meta = { generated: 'Good morning.', interrupted: { cause: 'barge_in', offset: 4 } };
    const [item] = conversationOf(sessionWith({ a: [message(1, 'assistant', 'Good', meta)] }), []);
    expect(item).toMatchObject({ heard: 'Good', generated: 'Good morning.', cause: 'barge_in' });
  });

  it('brings a call and its result together, each call its own where a model repeats its ids', () => {
    const session = sessionWith({
      a: [
        message(1, 'assistant', '', { toolCalls: [call('c', 'balance', '{"card":1}')] }),
        message(2, 'tool', '{"ok":true}', { toolCallId: 'c', tool: 'balance' }),
        message(3, 'assistant', '', { toolCalls: [call('c', 'balance', 'no json')] }),
      ],
    });
    const toolEvent: SessionEvent = { kind: 'tool', at: 2, afterSeq: 1, tool: 'balance' };
    expect(conversationOf(session, [toolEvent])).toMatchObject([
      { calls: [{ name: 'balance', args: { card: 1 }, result: { value: { ok: true } } }] },
      { calls: [{ name: 'balance', args: 'no json', result: undefined }] },
    ]);
  });

  it('shows results that stand in no thread, the last of each tool with its value', () => {
    const session = sessionWith({ a: [message(1, 'user', 'hello')] }, { find: ['b'] });
    const found = (at: number): SessionEvent => ({ kind: 'tool', at, afterSeq: 1, tool: 'find' });
    expect(conversationOf(session, [found(2), found(3)])).toMatchObject([
      { kind: 'said' },
      { kind: 'tool', name: 'find', at: 2, result: undefined },
      { kind: 'tool', name: 'find', at: 3, result: { value: ['b'] } },
    ]);
  });
});
