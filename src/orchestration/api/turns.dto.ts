import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNumber, IsString, Length, Matches, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent';

/** What somebody says in one breath, and much more. */
const MAX_TRANSCRIPT_CHARACTERS = 16 * 1024;
/** A caller who has been waiting for longer has hung up. */
const MAX_AGO_SECONDS = 3600;

export class TurnDto {
  @ApiProperty({ description: 'What the caller has said, final.', minLength: 1, maxLength: MAX_TRANSCRIPT_CHARACTERS })
  @IsString()
  @Length(1, MAX_TRANSCRIPT_CHARACTERS)
  transcript!: string;

  @ApiPropertyOptional({
    description:
      "The turn's name in samples, messages and events; made by the service if absent. A turn that is asked for again " +
      'under its name is not taken twice.',
    pattern: '^[A-Za-z0-9._:-]{1,128}$',
  })
  @MayBeAbsent()
  @Matches(/^[A-Za-z0-9._:-]{1,128}$/)
  turnId?: string;

  @ApiPropertyOptional({
    description: 'How long ago the caller stopped to speak, seconds: the clock of the stage `turn_e2e`.',
    minimum: 0,
    maximum: MAX_AGO_SECONDS,
    default: 0,
  })
  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(MAX_AGO_SECONDS)
  speechEndedAgoSeconds?: number;
}
