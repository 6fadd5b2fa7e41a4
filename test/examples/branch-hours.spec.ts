import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, MemoService, ToolRegistry } from '../../src';
import { createApp } from '../../src/create-app';
import { BranchHoursModule } from './branch-hours/branch-hours.module';

describe('a tool that another team adds with one line', () => {
  let folder: string;
  let app: NestFastifyApplication;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-example-'));
    const variables = { DATA_DIR: folder, LOG_LEVEL: 'silent' };
    const { imports = [], ...module } = AppModule.register(variables);
    app = await createApp(variables, { ...module, imports: [...imports, BranchHoursModule] });
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('can be called in a call, checks what the model wrote, and reads the live memo', async () => {
    const registry = app.get(ToolRegistry, { strict: false });
    const memos = app.get(MemoService);
    const session = await memos.open('caller', 60);
    session.setContext('institution_name', 'Contoso Bank');
    const context = { session, signal: new AbortController().signal };
    expect(registry.specs(['get_branch_hours'])).toHaveLength(1);
    expect(await registry.run('get_branch_hours', '{"city": "Lisbon"}', context)).toEqual({
      ok: true,
      output: { found: true, bank: 'Contoso Bank', hours: '08:30-18:00' },
    });
    expect(await registry.run('get_branch_hours', '{"town": "Lisbon"}', context)).toMatchObject({
      ok: false,
      code: 'invalid_arguments',
    });
    await memos.release(session);
  });
});
