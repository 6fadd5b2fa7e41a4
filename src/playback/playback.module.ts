import { Module } from '@nestjs/common';
import { PlaybackController } from './api/playback.controller';
import { PlaybackService } from './playback.service';

/** What waits to be spoken. Needs SESSION_STORE and CLOCK from global modules. */
@Module({ controllers: [PlaybackController], providers: [PlaybackService], exports: [PlaybackService] })
export class PlaybackModule {}
