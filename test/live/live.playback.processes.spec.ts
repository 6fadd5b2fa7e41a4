/** Two processes on one Redis, as two services in this one: each has connections of its own. */
import { TestService } from '../support/service';
import { testRedisUrl, uniquePrefix } from '../support/test-redis';
import { LiveClient } from './live-client';

const MESSAGES = 60;
const say = (text: string) => ({ op: 'enqueuePlayback', message: { text } });

describe('the playback queue over two processes', () => {
  const settings = { STORE: 'redis', REDIS_URL: testRedisUrl(), KEY_PREFIX: uniquePrefix() };
  let one: TestService;
  let two: TestService;
  let sessionId: string;
  beforeAll(async () => {
    // The first removes the keys when it is closed.
    one = await TestService.start('redis', settings);
    two = await TestService.start('redis', settings);
  });
  beforeEach(async () => {
    sessionId = await one.open();
  });
  afterAll(() => Promise.all([one.close(), two.close()]));

  const next = (client: LiveClient) => client.ask('playback.message', { type: 'playback.next', sessionId });
  const settle = (client: LiveClient, type: 'playback.done' | 'playback.failed', number: number) =>
    client.ask('playback.settled', { type, sessionId, number });

  it('plays every message once and in its order, whoever queues and whoever asks', async () => {
    const clients = await Promise.all([one, two, one, two].map((service) => LiveClient.open(service)));
    const expected = Array.from({ length: MESSAGES }, (_, index) => `message ${index}`);
    for (const [index, text] of expected.entries()) await clients[index % 4]?.ops(sessionId, [say(text)]);
    const played: string[] = [];
    let tries = 0;
    const consume = async (client: LiveClient) => {
      while (played.length < MESSAGES) {
        const { message } = await next(client);
        if (!message) continue;
        tries += 1;
        if (tries % 7 === 0) await settle(client, 'playback.failed', message.number);
        else {
          played.push(message.text);
          await settle(client, 'playback.done', message.number);
        }
      }
    };
    await Promise.all(clients.map(consume));
    expect(played).toEqual(expected);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('is emptied in the other process by an interruption in this one, before anything late can be played', async () => {
    const [media, caller] = [await LiveClient.open(two), await LiveClient.open(one)];
    await media.attach(sessionId);
    await caller.ops(sessionId, [say('plays'), say('waits')]);
    expect((await next(media)).message).toMatchObject({ text: 'plays' });
    await one.apply(sessionId, { op: 'setInterrupted', value: true });
    expect((await next(media)).message).toBeNull();
    expect(await media.next('interrupted')).toMatchObject({ value: true, epoch: 1 });
    await one.apply(sessionId, { op: 'setInterrupted', value: false });
    expect((await next(media)).message).toBeNull();
    const late = await caller.ask('error', { type: 'ops', sessionId, ops: [{ ...say('late'), epoch: 0 }] });
    expect(late.code).toBe('epoch_passed');
    await Promise.all([media.close(), caller.close()]);
  });
});
