import { Registry } from 'prom-client';
import type { RealtimeConfig } from '../../../src/config/parley-config';
import { IgnoredEvents } from '../../../src/orchestration/realtime/ignored-events';
import { OpenAiRealtimeModel } from '../../../src/orchestration/realtime/openai/openai-realtime-model';
import type { RealtimeEvent } from '../../../src/orchestration/realtime/realtime-event';
import type { RealtimeConnection, RealtimeSettings } from '../../../src/orchestration/realtime/realtime-model';
import { RealtimeServer, type RealtimeScript } from '../../support/realtime/realtime-server';
import { until } from '../../support/until';

export const KEY = 'the-key';

export const SETTINGS: RealtimeSettings = {
  model: 'gpt-realtime',
  instructions: 'Be brief.',
  voice: { name: 'marin' },
  tools: [{ name: 'get_balance', description: 'The balance.', parameters: { type: 'object', properties: {} } }],
  session: { turn_detection: { type: 'server_vad', threshold: 0.5 } },
};

export function realtimeConfig(url: string, given: Partial<RealtimeConfig> = {}): RealtimeConfig {
  return {
    provider: 'openai',
    url,
    apiKey: KEY,
    apiVersion: undefined,
    model: undefined,
    transcriptionModel: 'whisper-1',
    connectTimeoutMs: 5000,
    updateTimeoutMs: 5000,
    heartbeatSeconds: 60,
    maxQueueBytes: 512 * 1024,
    ...given,
  };
}

/** A server, a client of it, and what the client was told. */
export class RealtimeLine {
  readonly events: RealtimeEvent[] = [];
  readonly model: OpenAiRealtimeModel;
  connection: RealtimeConnection | undefined;
  private readonly registry = new Registry();

  private constructor(
    readonly server: RealtimeServer,
    given: Partial<RealtimeConfig>,
  ) {
    this.model = new OpenAiRealtimeModel(realtimeConfig(server.url, given), new IgnoredEvents(this.registry));
  }

  static async start(script: RealtimeScript = {}, given: Partial<RealtimeConfig> = {}): Promise<RealtimeLine> {
    return new RealtimeLine(await RealtimeServer.start({ apiKey: KEY, ...script }), given);
  }

  async connect(settings: RealtimeSettings = SETTINGS, signal?: AbortSignal): Promise<RealtimeConnection> {
    const onEvent = (event: RealtimeEvent) => void this.events.push(event);
    this.connection = await this.model.connect(settings, { onEvent, ...(signal && { signal }) });
    return this.connection;
  }

  of<T extends RealtimeEvent['type']>(type: T): Extract<RealtimeEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<RealtimeEvent, { type: T }> => event.type === type);
  }

  /** Waits until so many events of this type have come. */
  async has<T extends RealtimeEvent['type']>(type: T, count = 1): Promise<Extract<RealtimeEvent, { type: T }>[]> {
    await until(() => this.of(type).length >= count);
    return this.of(type);
  }

  /** Waits until all that the server has sent was read: events come in order. */
  async quiet(): Promise<void> {
    const before = this.of('speechStarted').length;
    this.server.call.send({ type: 'input_audio_buffer.speech_started', item_id: 'mark', audio_start_ms: 0 });
    await this.has('speechStarted', before + 1);
  }

  async ignored(reason: string): Promise<number> {
    const metric = await this.registry.getSingleMetric('parley_realtime_ignored_events_total')?.get();
    return metric?.values.find(({ labels }) => labels['reason'] === reason)?.value ?? 0;
  }

  async close(): Promise<void> {
    await this.connection?.close();
    await this.server.close();
  }
}
