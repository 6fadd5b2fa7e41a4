import { EphemeralMemoManager } from '../../memo';
import { systemClock } from '../../common/clock';
import { chatMessages, handoffMeta, SHOWN_MESSAGES } from './history-messages';

describe("what a model is shown of an agent's thread", () => {
  const memo = () => new EphemeralMemoManager('call-1', systemClock);
  const calls = (...ids: string[]) => ({ toolCalls: ids.map((id) => ({ id, name: 'balance', arguments: '{}' })) });

  it('begins with the system prompt, and is bounded', () => {
    const call = memo();
    call.ensureSystemPrompt('a', 'Be kind.');
    for (let number = 0; number < 100; number += 1) call.appendToHistory('a', 'user', `words ${number}`);
    const messages = chatMessages(call, 'a');
    expect(messages.length).toBe(1 + SHOWN_MESSAGES);
    expect([messages[0], messages[1]]).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'words 60' },
    ]);
  });

  it('has each call with its result, and neither without the other', () => {
    const call = memo();
    call.appendToHistory('a', 'tool', 'stray', { meta: { toolCallId: 'lost' } });
    call.appendToHistory('a', 'assistant', 'Look.', { meta: calls('x', 'y') });
    call.appendToHistory('a', 'tool', 'of x', { meta: { toolCallId: 'x' } });
    call.appendToHistory('a', 'user', 'Wait');
    call.appendToHistory('a', 'tool', 'late', { meta: { toolCallId: 'y' } });
    expect(chatMessages(call, 'a')).toEqual([
      { role: 'assistant', content: 'Look.', ...calls('x') },
      { role: 'tool', toolCallId: 'x', content: 'of x' },
      { role: 'user', content: 'Wait' },
    ]);
  });

  it('takes the same id in another answer for another call', () => {
    const call = memo();
    call.appendToHistory('a', 'assistant', '', { meta: calls('x') });
    call.appendToHistory('a', 'user', 'Wait');
    call.appendToHistory('a', 'assistant', '', { meta: calls('x') });
    call.appendToHistory('a', 'tool', 'of x', { meta: { toolCallId: 'x' } });
    expect(chatMessages(call, 'a').map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });

  it('has the words that were said to the agent before, and no empty reply', () => {
    const call = memo();
    call.appendToHistory('a', 'assistant', 'Cards here.');
    call.appendToHistory('a', 'assistant', '', { meta: handoffMeta('b', 'My card') });
    expect(chatMessages(call, 'a')).toEqual([
      { role: 'assistant', content: 'Cards here.' },
      { role: 'user', content: 'My card' },
    ]);
  });
});
