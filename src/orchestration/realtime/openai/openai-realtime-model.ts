import { ParleyError } from '../../../common/parley-error';
import type { RealtimeConfig } from '../../../config/parley-config';
import type { IgnoredEvents } from '../ignored-events';
import type { RealtimeConnection, RealtimeConnectOptions, RealtimeModel, RealtimeSettings } from '../realtime-model';
import { endpointOf } from './endpoint';
import { OpenAiRealtimeConnection } from './openai-realtime-connection';

/** A model that speaks the protocol of OpenAI Realtime: OpenAI's, Azure's, or Azure's Voice Live. */
export class OpenAiRealtimeModel implements RealtimeModel {
  constructor(
    private readonly config: RealtimeConfig,
    private readonly ignored: IgnoredEvents,
  ) {}

  get name(): string {
    return this.config.provider;
  }

  async connect(settings: RealtimeSettings, options: RealtimeConnectOptions): Promise<RealtimeConnection> {
    if (options.signal?.aborted) throw new ParleyError('wait_aborted', 'The connection was given up.');
    const endpoint = endpointOf(this.config, settings.model);
    return OpenAiRealtimeConnection.open(endpoint, this.config, this.ignored, settings, options);
  }
}
