import { Test } from '@nestjs/testing';
import { MetricsModule } from '../../../src/common/metrics/metrics.module';
import { ConfigurationModule, type EnvironmentVariables } from '../../../src/config/configuration.module';
import { REALTIME_MODEL, RealtimeModule, type RealtimeModel } from '../../../src/orchestration/realtime';
import { RealtimeServer } from '../../support/realtime/realtime-server';
import { SETTINGS } from './realtime.harness';

async function withModel(variables: EnvironmentVariables, use: (model: RealtimeModel) => Promise<void>): Promise<void> {
  const imports = [ConfigurationModule.register(variables), MetricsModule, RealtimeModule];
  const app = await Test.createTestingModule({ imports }).compile();
  try {
    await use(app.get<RealtimeModel>(REALTIME_MODEL));
  } finally {
    await app.close();
  }
}

describe('the module of realtime models', () => {
  it('has a model that refuses, where none is configured', async () => {
    await withModel({ REALTIME_PROVIDER: 'none' }, async (model) => {
      expect(model.name).toBe('none');
      await expect(model.connect(SETTINGS, { onEvent: () => undefined })).rejects.toMatchObject({
        code: 'feature_disabled',
      });
    });
  });

  it('has the model that is configured', async () => {
    const server = await RealtimeServer.start({ apiKey: 'key-of-the-test' });
    const variables = { REALTIME_PROVIDER: 'openai', REALTIME_URL: server.url, REALTIME_API_KEY: 'key-of-the-test' };
    await withModel({ ...variables, REALTIME_MODEL: 'ours' }, async (model) => {
      expect(model.name).toBe('openai');
      const connection = await model.connect(SETTINGS, { onEvent: () => undefined });
      await connection.close();
      expect(server.requests[0]?.url).toContain('model=ours');
    });
    await server.close();
  });
});
