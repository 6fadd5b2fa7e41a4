import type { Op } from '../store/ops';
import { emptyState, type Message, type SessionState } from '../store/session-state';
import { ChatHistory } from './chat-history';

const NOW = 100;

function stateOf(prompt: string | undefined, ...messages: Message[]): SessionState {
  const state = emptyState('s');
  const stored: Message | undefined =
    prompt === undefined ? undefined : { seq: 0, role: 'system', content: prompt, at: 1 };
  state.history.set('a', { prompt: stored, messages });
  return state;
}

const user = (seq: number, content: string): Message => ({ seq, role: 'user', content, at: 1 });
const system = (seq: number, content: string): Message => ({ seq, role: 'system', content, at: 1 });
const append = (content: string, role: 'user' | 'system' = 'user'): Op => ({ op: 'append', agent: 'a', role, content });
const prompt = (content: string): Op => ({ op: 'systemPrompt', agent: 'a', content });

describe('ChatHistory', () => {
  function laid(state: SessionState, ...ops: Op[]): [number | null, string][] {
    const history = new ChatHistory(state);
    for (const op of ops) history.lay(op, NOW);
    return history.getHistory('a').map(({ seq, content }) => [seq, content]);
  }

  it('shows what is stored, and behind it what is not yet', () => {
    expect(laid(stateOf('p', user(1, 'one')), append('two'))).toEqual([
      [0, 'p'],
      [1, 'one'],
      [null, 'two'],
    ]);
  });

  it('replaces the prompt and never doubles it', () => {
    expect(laid(stateOf('old', user(1, 'one')), prompt('new'), prompt('newer'))).toEqual([
      [0, 'newer'],
      [1, 'one'],
    ]);
  });

  it('puts a prompt in the place of a system message with which the stored thread begins', () => {
    expect(laid(stateOf(undefined, system(1, 'old'), user(2, 'one')), prompt('new'), prompt('newer'))).toEqual([
      [0, 'newer'],
      [2, 'one'],
    ]);
  });

  it('puts a prompt in the place of a system message with which a new thread begins', () => {
    expect(laid(emptyState('s'), append('old', 'system'), append('one'), prompt('new'))).toEqual([
      [0, 'new'],
      [null, 'one'],
    ]);
  });

  it('leaves a system message in the middle where it is', () => {
    expect(
      laid(stateOf(undefined, user(1, 'one'), system(2, 'note')), append('note too', 'system'), prompt('new')),
    ).toEqual([
      [0, 'new'],
      [1, 'one'],
      [2, 'note'],
      [null, 'note too'],
    ]);
  });

  it('leaves a system message alone once the thread has a prompt', () => {
    expect(laid(stateOf('old', system(1, 'note')), prompt('new'))).toEqual([
      [0, 'new'],
      [1, 'note'],
    ]);
  });

  it('clears a thread with its prompt, and goes on from there', () => {
    expect(laid(stateOf('p', user(1, 'one')), append('two'), { op: 'clearHistory', agent: 'a' })).toEqual([]);
    expect(laid(stateOf('p', system(1, 's')), { op: 'clearHistory' }, append('s2', 'system'), prompt('new'))).toEqual([
      [0, 'new'],
    ]);
  });

  it('clears the thread of one agent alone', () => {
    const history = new ChatHistory(stateOf('p', user(1, 'one')));
    history.lay({ op: 'append', agent: 'b', role: 'user', content: 'two' }, NOW);
    history.lay({ op: 'clearHistory', agent: 'a' }, NOW);
    expect(history.agents()).toEqual(['b']);
  });

  it('cuts a stored message to what was heard and keeps the whole once', () => {
    const history = new ChatHistory(stateOf(undefined, user(1, 'a long reply')));
    history.lay({ op: 'truncate', seq: 1, content: 'a long' }, NOW);
    history.lay({ op: 'truncate', seq: 1, content: 'a' }, NOW);
    expect(history.getHistory('a')).toEqual([
      { seq: 1, role: 'user', content: 'a', at: 1, meta: { generated: 'a long reply' } },
    ]);
  });

  it('keeps why a message was cut', () => {
    const history = new ChatHistory(stateOf(undefined, user(1, 'a long reply')));
    history.lay({ op: 'truncate', seq: 1, content: 'a long', cause: 'barge_in' }, NOW);
    expect(history.getHistory('a')[0]?.meta).toEqual({
      generated: 'a long reply',
      interrupted: { cause: 'barge_in', offset: 6 },
    });
  });

  it('gives the last messages as it gives them all', () => {
    const stored = [stateOf('p', user(1, 'one'), user(2, 'two')), stateOf(undefined, system(1, 'old'), user(2, 'two'))];
    const tops: Op[][] = [[], [append('three')], [prompt('new'), append('three')], [{ op: 'clearHistory' }]];
    for (const state of stored) {
      for (const ops of tops) {
        const history = new ChatHistory(state);
        for (const op of ops) history.lay(op, NOW);
        const all = history.getHistory('a').filter(({ seq }) => seq !== 0);
        for (const count of [1, 2, 10]) expect(history.lastMessages('a', count)).toEqual(all.slice(-count));
      }
    }
  });

  it('drops what lay on top when the ground moves', () => {
    const history = new ChatHistory(stateOf(undefined, user(1, 'one')));
    const onTop: Op[] = [append('two'), { op: 'truncate', seq: 1, content: 'o' }, { op: 'clearHistory' }, prompt('p')];
    for (const op of onTop) history.lay(op, NOW);
    history.layOn(stateOf(undefined, user(1, 'one'), user(2, 'other')));
    expect(history.getHistory('a').map(({ content }) => content)).toEqual(['one', 'other']);
  });
});
