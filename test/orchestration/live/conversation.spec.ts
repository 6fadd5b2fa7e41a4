import { LiveHost } from './live.harness';

describe('a live call', () => {
  let host: LiveHost;
  beforeEach(async () => {
    host = await LiveHost.start();
  });
  afterEach(() => host.close());

  it('greets a caller who is new, and answers', async () => {
    host.server.replies.push([{ say: 'Welcome to the bank.' }], [{ say: 'It is ten.' }]);
    const call = await host.call();
    await call.said(1);
    expect(call.asked()).toEqual([['"Welcome to the bank."', 'none']]);
    host.clock.advance(2);
    call.model.userSpeaks('What is my balance?');
    await call.reads('assistant: Welcome to the bank.', 'user: What is my balance?', 'assistant: It is ten.');
    const audio = Buffer.concat(call.of('audio').map(({ data }) => data));
    expect(audio.length).toBe(2 * 100 * 48);
    expect(call.of('transcript').map(({ role, agent, text }) => [role, agent, text])).toEqual([
      ['assistant', 'Front', 'Welcome to the bank.'],
      ['user', 'Front', 'What is my balance?'],
      ['assistant', 'Front', 'It is ten.'],
    ]);
    await call.live.close();
    expect(call.events.at(-1)).toMatchObject({ type: 'closed' });
  });
});
