import { ParleyError } from '../../../common/parley-error';
import type { RealtimeConfig } from '../../../config/parley-config';

/**
 * `general`: the interface as OpenAI and Azure have it now. `dated`: Azure's interface with a version, which has kept the
 * names and shapes of the preview. `voiceLive`: the same with Azure's voices and turn detection.
 */
export type Dialect = 'general' | 'dated' | 'voiceLive';

export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dialect: Dialect;
}

/**
 * Where a model is reached.
 * @throws ParleyError `model_refused` where nobody names one
 */
export function endpointOf(config: RealtimeConfig, agentModel: string | undefined): Endpoint {
  const model = config.model ?? agentModel;
  if (model === undefined)
    throw new ParleyError('model_refused', 'Neither REALTIME_MODEL nor the agent names a model.');
  const url = new URL(config.url);
  url.protocol = url.protocol.replace('http', 'ws');
  if (config.provider === 'azure' && url.pathname === '/') {
    url.pathname = config.apiVersion === undefined ? '/openai/v1/realtime' : '/openai/realtime';
  }
  if (config.apiVersion !== undefined) url.searchParams.set('api-version', config.apiVersion);
  url.searchParams.set(url.pathname.endsWith('/openai/realtime') ? 'deployment' : 'model', model);
  return { url: url.href, headers: headersOf(config), dialect: dialectOf(url, config.apiVersion) };
}

function headersOf({ provider, apiKey }: RealtimeConfig): Endpoint['headers'] {
  return provider === 'azure' ? { 'api-key': apiKey } : { Authorization: `Bearer ${apiKey}` };
}

function dialectOf({ pathname }: URL, apiVersion: string | undefined): Dialect {
  if (pathname.endsWith('/voice-live/realtime')) return 'voiceLive';
  return apiVersion === undefined ? 'general' : 'dated';
}
