import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectProblem } from '../support/problem';
import { TestService } from '../support/service';
import { uniquePrefix } from '../support/test-redis';

const ON = { SESSION_AGENT_OVERRIDES_ENABLED: 'true' };
const FRAUD = 'agents/FraudAgent';

describe('overrides across processes and restarts', () => {
  it('are limited by all processes on one Redis together', async () => {
    const variables = { ...ON, KEY_PREFIX: uniquePrefix() };
    const services = [
      await TestService.start('redis', variables),
      await TestService.start('redis', variables),
    ] as const;
    const id = await services[0].open();
    const patch = (index: number) =>
      services[index % 2 === 0 ? 0 : 1].patch(`/v1/admin/sessions/${id}/${FRAUD}`, { prompt: `text ${index}` });
    for (let index = 0; index < 10; index += 1) expect((await patch(index)).status).toBe(200);
    expectProblem(await patch(10), 'too_many_changes');
    expectProblem(await patch(11), 'too_many_changes');
    await Promise.all(services.map((service) => service.close()));
  });

  it('are kept and ignored while the feature is off, and in effect again when it is on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-flag-'));
    const start = (variables: Record<string, string>) =>
      TestService.start('embedded', { ...variables, DATA_DIR: folder });
    const promptOf = async (service: TestService) =>
      (await service.get<{ prompt: string }>(`/v1/sessions/flagged/${FRAUD}`)).body.prompt;
    const first = await start(ON);
    await first.open({ sessionId: 'flagged' });
    const base = await promptOf(first);
    await first.patch(`/v1/admin/sessions/flagged/${FRAUD}`, { prompt: 'mine' });
    await first.put('/v1/admin/sessions/flagged/handoffs/handoff_card_agent', { target: 'FraudAgent' });
    await first.close();

    const off = await start({});
    expect(await promptOf(off)).toBe(base);
    const handoff = await off.post('/v1/sessions/flagged/handoffs', { tool: 'handoff_card_agent' });
    expect(handoff.body).toMatchObject({ to: 'CardAgent' });
    expectProblem(await off.get('/v1/admin/sessions/flagged/audit'), 'feature_disabled');
    await off.close();

    const again = await start(ON);
    expect(await promptOf(again)).toBe('mine');
    const { body } = await again.get(`/v1/admin/sessions/flagged/audit?verify=true`);
    expect(body).toMatchObject({ entries: [{ number: 1 }, { number: 2 }], verified: { whole: true } });
    await again.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are on record under the name of the key that made them', async () => {
    const service = await TestService.start('embedded', {
      ...ON,
      API_KEYS: 'voice:runtime:runtime-secret-1,ada:admin:admin-secret-001',
    });
    const headers = { authorization: 'Bearer admin-secret-001' };
    await service.post('/v1/sessions', { sessionId: 'recorded' }, headers);
    await service.patch(`/v1/admin/sessions/recorded/${FRAUD}`, { prompt: 'x' }, headers);
    const { body } = await service.get<{ entries: object[] }>('/v1/admin/sessions/recorded/audit', headers);
    expect(body.entries).toMatchObject([{ actor: 'ada', source: 'admin' }]);
    await service.close();
  });

  it('stop the start of a service whose agents are wrong, which names the files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-empty-'));
    await expect(TestService.start('embedded', { AGENTS_DIR: folder })).rejects.toMatchObject({
      code: 'agents_invalid',
    });
    rmSync(folder, { recursive: true, force: true });
  });
});
