export { PCM16_BYTES_PER_MS } from './pcm16';
export { PlaybackClock } from './playback-clock';
export type {
  RealtimeEvent,
  RealtimeItemKind,
  RealtimePart,
  RealtimeResponseStatus,
  RealtimeUsage,
} from './realtime-event';
export {
  REALTIME_MODEL,
  type RealtimeConnection,
  type RealtimeConnectOptions,
  type RealtimeItem,
  type RealtimeModel,
  type RealtimeResponseOptions,
  type RealtimeSettings,
} from './realtime-model';
export { RealtimeModule } from './realtime.module';
