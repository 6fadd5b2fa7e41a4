export {
  LEASE_SECONDS,
  MAX_ATTEMPTS,
  PlaybackConsumer,
  type PlaybackSource,
  type SettledPlayback,
} from './playback-consumer';
export { PLAYBACK_MESSAGE_SCHEMA } from './api/playback-schema';
export { playbackMessageView, type PlaybackMessageView } from './api/playback-view';
export { PlaybackModule } from './playback.module';
export { PlaybackService } from './playback.service';
