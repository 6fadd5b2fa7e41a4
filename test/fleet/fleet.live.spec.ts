import { LiveClient } from '../live/live-client';
import { onEachStore } from '../support/service';
import { until } from '../support/until';

onEachStore('the list of sessions over the live channel', (service) => {
  const say = { op: 'append', agent: 'a', role: 'user', content: 'x' };
  let client: LiveClient;
  let mark: string;
  beforeEach(async () => {
    client = await LiveClient.open(service());
    mark = `m${Date.now()}`;
  });
  afterEach(() => client.close());

  let unique = 0;
  const send = (type: string, members: object) => {
    const id = `own-${(unique += 1)}`;
    client.send({ id, type, ...members });
    return id;
  };
  const open = (name: string) => service().open({ sessionId: `${mark}-${name}` });
  const pages = () => client.frames.filter((frame) => frame.type === 'sessions');
  const shown = () => pages().at(-1)?.sessions ?? [];

  it('comes at once, and again when a session comes, changes or goes', async () => {
    const first = await open('one');
    const id = send('watchSessions', { search: mark });
    await until(() => pages().length === 1);
    expect(pages()[0]).toMatchObject({ id, total: 1, sessions: [{ sessionId: first, turns: 0 }] });
    const second = await open('two');
    await until(() => shown().length === 2);
    await service().apply(first, say);
    await until(() => shown()[0]?.sessionId === first && shown()[0]?.turns === 1);
    await service().delete(`/v1/sessions/${second}`);
    await until(() => shown().length === 1);
    expect(pages().at(-1)).toMatchObject({ id, total: 1 });
  });

  it('comes not for what the window does not show', async () => {
    const [shownOne, other] = [await open('shown'), await service().open()];
    send('watchSessions', { search: mark });
    await until(() => pages().length === 1);
    await service().apply(other, say);
    await service().apply(shownOne, say);
    await until(() => shown()[0]?.turns === 1);
    expect(pages()).toHaveLength(2);
  });

  it('comes at most every 100 ms, with all that has happened meanwhile', async () => {
    const id = await open('busy');
    send('watchSessions', { search: mark });
    await until(() => pages().length === 1);
    const startedMs = Date.now();
    for (let turn = 0; turn < 60; turn += 1) await service().apply(id, say);
    await until(() => shown()[0]?.turns === 60);
    expect(pages().length).toBeLessThanOrEqual(2 + (Date.now() - startedMs) / 95);
  });

  it('is another one after another question, and comes no more when it is asked for no more', async () => {
    const [one, two] = [await open('one'), await open('two')];
    send('watchSessions', { search: one });
    const second = send('watchSessions', { search: mark, sort: 'turns', order: 'asc', limit: 1 });
    await until(() => pages().length === 2);
    expect(pages()[1]).toMatchObject({ id: second, total: 2, sessions: [{ sessionId: one }] });
    await service().apply(one, say);
    await until(() => shown()[0]?.sessionId === two);
    const last = send('unwatchSessions', {});
    await until(() => client.frames.some((frame) => frame.type === 'sessionsUnwatched' && frame.id === last));
    const count = pages().length;
    await service().apply(two, say);
    send('watchSessions', { search: mark });
    await until(() => pages().length > count);
    expect(pages()[count]).toMatchObject({ total: 2 });
    expect(pages()).toHaveLength(count + 1);
  });

  it('is refused where the question fits no schema', async () => {
    for (const asked of [{ sort: 'name' }, { limit: 501 }, { offset: -1 }, { more: 1 }]) {
      const id = send('watchSessions', asked);
      await until(() => client.frames.some((frame) => frame.type === 'error' && frame.id === id));
    }
  });
});
