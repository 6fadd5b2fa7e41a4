import type { RealtimeConfig } from '../../../config/parley-config';
import { endpointOf } from './endpoint';

const OPENAI: RealtimeConfig = {
  provider: 'openai',
  url: 'wss://api.openai.com/v1/realtime',
  apiKey: 'secret',
  apiVersion: undefined,
  model: undefined,
  transcriptionModel: 'whisper-1',
  connectTimeoutMs: 1,
  updateTimeoutMs: 1,
  heartbeatSeconds: 1,
  maxQueueBytes: 1,
};
const AZURE: RealtimeConfig = { ...OPENAI, provider: 'azure', url: 'https://resource.openai.azure.com' };

describe('where a realtime model is reached', () => {
  it("is OpenAI's address with the agent's model", () => {
    expect(endpointOf(OPENAI, 'gpt-realtime')).toEqual({
      url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime',
      headers: { Authorization: 'Bearer secret' },
      dialect: 'general',
    });
  });

  it("is a resource's address with the general interface", () => {
    expect(endpointOf(AZURE, 'live')).toEqual({
      url: 'wss://resource.openai.azure.com/openai/v1/realtime?model=live',
      headers: { 'api-key': 'secret' },
      dialect: 'general',
    });
  });

  it("is a resource's address with a dated interface", () => {
    expect(endpointOf({ ...AZURE, apiVersion: '2025-04-01-preview' }, 'live')).toMatchObject({
      url: 'wss://resource.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=live',
      dialect: 'dated',
    });
  });

  it('is the address of Voice Live, whose path is given', () => {
    const url = 'wss://resource.services.ai.azure.com/voice-live/realtime';
    expect(endpointOf({ ...AZURE, url, apiVersion: '2025-10-01' }, 'gpt-realtime')).toMatchObject({
      url: `${url}?api-version=2025-10-01&model=gpt-realtime`,
      dialect: 'voiceLive',
    });
  });

  it("has the configured model rather than the agent's", () => {
    expect(endpointOf({ ...OPENAI, model: 'ours' }, 'theirs').url).toContain('?model=ours');
  });

  it('is nowhere when nobody names a model', () => {
    expect(() => endpointOf(OPENAI, undefined)).toThrow('Neither REALTIME_MODEL nor the agent names a model.');
  });
});
