import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServiceProcess } from '../../support/service-process';

const KEY = 'key-of-the-model';

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

  it.each([
    ['openai', 'chat', 'http://127.0.0.1:11434/v1', 'Chat Completions at 127.0.0.1:11434'],
    ['openai', 'responses', '', 'Responses API at api.openai.com'],
    ['azure', 'chat', 'https://name.openai.azure.com', 'Chat Completions at name.openai.azure.com'],
  ])('is the one that is configured: %s, %s, %s', async (provider, api, url, name) => {
    const settings = { MODEL_PROVIDER: provider, MODEL_API: api, MODEL_BASE_URL: url, MODEL_API_KEY: KEY };
    // What the client would read by itself must not count.
    const foreign = {
      OPENAI_BASE_URL: 'http://127.0.0.1:1',
      OPENAI_API_KEY: 'other',
      AZURE_OPENAI_ENDPOINT: 'http://x',
    };
    expect(await startedWith({ ...settings, ...foreign, MODEL_API_VERSION: '2025-04-01-preview' })).toEqual({
      name,
      isLoaded: true,
    });
  });
});
