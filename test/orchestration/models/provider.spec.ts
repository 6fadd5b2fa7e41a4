import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../../support/service-process';

async function startedWith(env: Readonly<Record<string, string>>): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-models-'));
  const settings = { DATA_DIR: folder, LOG_LEVEL: 'silent', ...env };
  const { output } = await ServiceProcess.run('test/orchestration/models/loaded-client.ts', settings).end();
  rmSync(folder, { recursive: true, force: true });
  return JSON.parse(output.trim());
}

describe('the model of a service', () => {
  it('is the offline one where nothing is configured, and no client is loaded for it', async () => {
    expect(await startedWith({})).toEqual({ name: 'offline rules (no language model)', isLoaded: false });
  });

  it('is the one that is configured, whatever the environment says to its client', async () => {
    const settings = {
      MODEL_PROVIDER: 'azure',
      MODEL_BASE_URL: 'https://name.openai.azure.com',
      MODEL_API_KEY: 'key-of-the-model',
      MODEL_API_VERSION: '2025-04-01-preview',
    };
    const foreign = { OPENAI_BASE_URL: 'http://127.0.0.1:1', OPENAI_API_KEY: 'other', OPENAI_API_VERSION: 'other' };
    expect(await startedWith({ ...settings, ...foreign })).toEqual({
      name: 'Chat Completions at name.openai.azure.com',
      isLoaded: true,
    });
  });
});
