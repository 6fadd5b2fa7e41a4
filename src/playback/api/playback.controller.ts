import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { PlaybackService } from '../playback.service';
import { PLAYBACK_SCHEMA } from './playback-schema';
import { playbackView } from './playback-view';

@ApiTags('sessions')
@Controller('v1/sessions/:id/playback')
export class PlaybackController {
  constructor(private readonly playback: PlaybackService) {}

  @Get()
  @ApiOperation({ summary: 'What waits to be spoken, and the last messages that were' })
  @ApiOkResponse({ schema: PLAYBACK_SCHEMA })
  @ProblemResponses(
    'unauthorized',
    'forbidden',
    'session_not_found',
    'session_ended',
    'internal_error',
    'session_corrupt',
    'store_unavailable',
  )
  async get(@Param('id') id: string) {
    return playbackView(await this.playback.read(id));
  }
}
