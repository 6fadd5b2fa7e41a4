import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { textTranscript } from '../text-transcript';
import type { Transcript } from '../transcript';
import { TranscriptsService } from '../transcripts.service';
import { vttTranscript } from '../vtt-transcript';
import { TranscriptQuery } from './transcript.dto';
import { TRANSCRIPT_SCHEMA } from './transcript-schema';

const PLAIN = { schema: { type: 'string' as const } };

@ApiTags('sessions')
@Controller('v1/sessions/:id/transcript')
export class TranscriptController {
  constructor(private readonly transcripts: TranscriptsService) {}

  @Get()
  @ApiOperation({ summary: 'The call in its order across agents, with handoffs, interruptions and tool calls' })
  @ApiOkResponse({
    description: 'Redacted, unless that is switched off.',
    content: { 'application/json': { schema: TRANSCRIPT_SCHEMA }, 'text/plain': PLAIN, 'text/vtt': PLAIN },
  })
  @ProblemResponses(
    'validation_failed',
    'unauthorized',
    'forbidden',
    'session_not_found',
    'session_ended',
    'internal_error',
    'session_corrupt',
    'store_unavailable',
  )
  async get(
    @Param('id') id: string,
    @Query(DtoPipe) { format, prompts }: TranscriptQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Transcript | string> {
    const transcript = await this.transcripts.of(id, { prompts: prompts === 'true' });
    if (format === 'json') return transcript;
    reply.type(`text/${format === 'vtt' ? 'vtt' : 'plain'}; charset=utf-8`);
    return format === 'vtt' ? vttTranscript(transcript) : textTranscript(transcript);
  }
}
