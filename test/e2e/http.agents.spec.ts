import { expectProblem } from '../support/problem';
import { onEachStore } from '../support/service';

interface AgentAnswer {
  readonly name: string;
  readonly prompt: string;
  readonly rendered?: string;
  readonly tools: readonly string[];
  readonly fields?: Record<string, { value: unknown; layer: string; revision: number | null }>;
}

onEachStore('agents over HTTP, without overrides', (service) => {
  const session = () => service().open({ email: 'john.smith@email.com' });

  it('are listed as the files have them', async () => {
    const id = await session();
    const { status, body } = await service().get<{ agents: AgentAnswer[] }>(`/v1/sessions/${id}/agents`);
    expect(status).toBe(200);
    const names = body.agents.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Concierge', 'FraudAgent']));
    expect(names.length).toBeGreaterThanOrEqual(5);
  });

  it('are found without regard to case, the prompt as a template', async () => {
    const id = await session();
    const { body } = await service().get<AgentAnswer>(`/v1/sessions/${id}/agents/fraudagent`);
    expect(body.name).toBe('FraudAgent');
    expect(body.prompt).toContain('{{');
    expect(body).not.toHaveProperty('rendered');
    expect(body).not.toHaveProperty('fields');
  });

  it('are rendered with the data of the session on request', async () => {
    const id = await session();
    const { body } = await service().get<AgentAnswer>(`/v1/sessions/${id}/agents/Concierge?render=true`);
    expect(body.rendered).toContain('John Smith');
    expect(body.rendered).toContain('Contoso Bank');
    expect(body.rendered).not.toContain('{{');
  });

  it('say where each field comes from on request', async () => {
    const id = await session();
    const { body } = await service().get<AgentAnswer>(`/v1/sessions/${id}/agents/Concierge?explain=true`);
    expect(body.fields?.['prompt']).toMatchObject({ layer: 'agent', revision: null });
    expect(body.fields?.['name']).toEqual({ value: 'Concierge', layer: 'agent', revision: null });
    expect(Object.values(body.fields ?? {}).map(({ layer }) => layer)).toContain('default');
  });

  it('are refused where there is no such agent or session, and with what is known', async () => {
    const id = await session();
    const answer = await service().get(`/v1/sessions/${id}/agents/Nobody`);
    expectProblem(answer, 'agent_not_found');
    expect(answer.body['detail']).toContain('Concierge');
    expectProblem(await service().get('/v1/sessions/unknown/agents'), 'session_not_found');
    expectProblem(await service().get(`/v1/sessions/${id}/agents/Concierge?render=maybe`), 'validation_failed');
  });

  it('take over by handoff, which passes on its context', async () => {
    const id = await session();
    const first = await service().post(`/v1/sessions/${id}/handoffs`, {
      tool: 'handoff_fraud_agent',
      context: { reason: 'a charge that was not made' },
    });
    expect([first.status, first.body]).toEqual([200, { from: null, to: 'FraudAgent', revision: 2 }]);
    const second = await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_concierge' });
    expect(second.body).toEqual({ from: 'FraudAgent', to: 'Concierge', revision: 3 });
    const { body } = await service().get<{ activeAgent: string; context: Record<string, unknown> }>(
      `/v1/sessions/${id}`,
    );
    expect(body.activeAgent).toBe('Concierge');
    expect(body.context).toMatchObject({
      visited_agents: ['FraudAgent', 'Concierge'],
      handoff_context: { previous_agent: 'FraudAgent' },
    });
  });

  it('tell the next agent what was passed on', async () => {
    const id = await session();
    await service().post(`/v1/sessions/${id}/handoffs`, {
      tool: 'handoff_fraud_agent',
      context: { reason: 'a lost card' },
    });
    const { body } = await service().get<AgentAnswer>(`/v1/sessions/${id}/agents/FraudAgent?render=true`);
    expect(body.rendered).toContain('a lost card');
  });

  it('stay as they are when a handoff is sent again', async () => {
    const id = await session();
    await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_fraud_agent' });
    await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_concierge' });
    const again = await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_concierge' });
    expect(again.body).toMatchObject({ from: 'Concierge', to: 'Concierge' });
    const { body } = await service().get<{ context: Record<string, unknown> }>(`/v1/sessions/${id}`);
    expect(body.context).toMatchObject({
      visited_agents: ['FraudAgent', 'Concierge'],
      handoff_context: { previous_agent: 'FraudAgent' },
    });
  });

  it('refuse a handoff that nobody takes', async () => {
    const id = await session();
    const answer = await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'handoff_nowhere' });
    expectProblem(answer, 'handoff_not_found');
    expect(answer.body['detail']).toContain('handoff_fraud_agent');
    expectProblem(await service().post(`/v1/sessions/${id}/handoffs`, {}), 'validation_failed');
    expectProblem(await service().post(`/v1/sessions/${id}/handoffs`, { tool: 'x', more: 1 }), 'validation_failed');
  });

  it.each([
    ['PATCH', 'agents/FraudAgent', { prompt: 'x' }],
    ['PATCH', 'agents/FraudAgent', { nonsense: true }],
    ['GET', 'agents/FraudAgent', undefined],
    ['DELETE', 'agents/FraudAgent', undefined],
    ['GET', 'audit', undefined],
    ['PUT', 'handoffs/x', { target: 'FraudAgent' }],
    ['PUT', 'experiment', { experimentId: 'a', variant: 'b' }],
  ])('have no administration: %s %s', async (method, path, json) => {
    const id = await session();
    const answer = await service().request(method, `/v1/admin/sessions/${id}/${path}`, { json });
    expectProblem(answer, 'feature_disabled');
  });
});
