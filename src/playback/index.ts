export {
  LEASE_SECONDS,
  MAX_ATTEMPTS,
  PlaybackConsumer,
  type PlaybackSource,
  type SettledPlayback,
} from './playback-consumer';
export { PlaybackModule } from './playback.module';
export { PlaybackService } from './playback.service';
