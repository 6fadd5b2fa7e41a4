import type { FleetPage } from '../../src/fleet';
import { expectInvalid } from '../support/problem';
import { onEachStore } from '../support/service';
import { until } from '../support/until';

const PATH = '/v1/fleet/sessions';

onEachStore('the sessions of the fleet over HTTP', (service) => {
  const list = async (query = '') => (await service().get<FleetPage>(`${PATH}?${query}`)).body;
  const ids = async (query: string) => (await list(query)).sessions.map(({ sessionId }) => sessionId);
  const say = { op: 'append', agent: 'a', role: 'user', content: 'x' };

  it('shows a session as it stands', async () => {
    const id = await service().open({ email: 'jane.doe@email.com' });
    await service().apply(
      id,
      { op: 'setActiveAgent', agent: 'Concierge' },
      say,
      { op: 'append', agent: 'Concierge', role: 'assistant', content: 'y' },
      say,
      { op: 'setInterrupted', value: true },
      { op: 'recordLatency', stage: 'turn_e2e', seconds: 0.7 },
      { op: 'recordLatency', stage: 'turn_e2e', seconds: 0.8124 },
    );
    const { sessions, total } = await list(`search=${id}`);
    expect(total).toBe(1);
    const { body: session } = await service().get(`/v1/sessions/${id}`);
    const context = session['context'] as Record<string, unknown>;
    expect(sessions[0]).toEqual({
      sessionId: id,
      activeAgent: 'Concierge',
      caller: {
        id: context['client_id'],
        name: context['caller_name'],
        phone: (context['session_profile'] as { contact_info: { phone_last_4: string } }).contact_info.phone_last_4,
      },
      createdAt: session['createdAt'],
      updatedAt: session['updatedAt'],
      turns: 2,
      interruptions: 1,
      lastLatencyMs: 812,
      degraded: false,
      experiment: null,
      revision: 2,
    });
  });

  it('shows nothing of a session that has ended', async () => {
    const id = await service().open();
    expect(await ids(`search=${id}`)).toEqual([id]);
    await service().delete(`/v1/sessions/${id}`);
    await until(async () => (await list(`search=${id}`)).total === 0);
  });

  it('finds by parts of the id and of what is known of the caller, whatever the case, and by agent', async () => {
    const mark = `m${Date.now()}`;
    const open = async (name: string, context: object) => service().open({ sessionId: `${mark}-${name}`, context });
    const ada = await open('one', { caller_name: 'Ada Lovelace', client_id: `c-${mark}`, active_agent: 'Fraud' });
    const bob = await open('two', { caller_name: 'Bob Stone', active_agent: 'Concierge' });
    expect((await ids(`search=${mark}`)).sort()).toEqual([ada, bob]);
    expect(await ids('search=LOVELACE')).toEqual([ada]);
    expect(await ids(`search=C-${mark.toUpperCase()}`)).toEqual([ada]);
    expect(await ids(`search=${mark}&agent=Concierge`)).toEqual([bob]);
    expect(await ids(`search=${mark}&experiment=none`)).toEqual([]);
  });

  it('sorts, and gives the part that is asked for', async () => {
    const mark = `s${Date.now()}`;
    for (const turns of [2, 0, 1]) {
      const id = await service().open({ sessionId: `${mark}-${turns}` });
      for (let turn = 0; turn < turns; turn += 1) await service().apply(id, say);
    }
    const named = (...turns: number[]) => turns.map((count) => `${mark}-${count}`);
    expect(await ids(`search=${mark}&sort=turns`)).toEqual(named(2, 1, 0));
    expect(await ids(`search=${mark}&sort=turns&order=asc`)).toEqual(named(0, 1, 2));
    const { total, sessions } = await list(`search=${mark}&sort=turns&offset=1&limit=1`);
    expect([total, sessions.map(({ turns }) => turns)]).toEqual([3, [1]]);
  });

  it('says what is wrong with a question', async () => {
    for (const [query, path] of [
      ['sort=name', '/sort'],
      ['limit=501', '/limit'],
      ['offset=-1', '/offset'],
      ['unknown=1', '/unknown'],
    ] as const) {
      expectInvalid(await service().get(`${PATH}?${query}`), path);
    }
  });
});
