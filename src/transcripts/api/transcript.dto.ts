import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent';

export const TRANSCRIPT_FORMATS = ['json', 'text', 'vtt'] as const;

export class TranscriptQuery {
  @ApiPropertyOptional({
    enum: TRANSCRIPT_FORMATS,
    default: 'json',
    description: '`text` is for people, `vtt` has the cues of WebVTT.',
  })
  @MayBeAbsent()
  @IsIn(TRANSCRIPT_FORMATS)
  format: (typeof TRANSCRIPT_FORMATS)[number] = 'json';

  @ApiPropertyOptional({ enum: ['true', 'false'], default: 'false', description: "Adds the agents' system prompts." })
  @MayBeAbsent()
  @IsIn(['true', 'false'])
  prompts: string = 'false';
}
