import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent';
import { EFFECT_MINUTES } from '../effect-counters';
import { FLEET_MINUTES } from '../fleet-counters';
import { SERIES_PARTS, type SeriesQuery } from '../latency-series';

const MAX_NAME = 256;

export class FleetQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: FLEET_MINUTES,
    default: 60,
    description: 'How many minutes, the one under way included.',
  })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(FLEET_MINUTES)
  minutes: number = 60;
}

export class LatencySeriesQuery extends FleetQuery implements SeriesQuery {
  @ApiPropertyOptional({ maxLength: MAX_NAME, description: 'One stage alone.' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_NAME)
  stage: string = '';

  @ApiPropertyOptional({
    maxLength: MAX_NAME,
    description: `While this agent was in charge, \`none\`: nobody. By agent or variant ${EFFECT_MINUTES} minutes are kept.`,
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_NAME)
  agent: string = '';

  @ApiPropertyOptional({ maxLength: MAX_NAME, description: 'In this variant, `experiment/variant`; `none`: in none.' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_NAME)
  variant: string = '';

  @ApiPropertyOptional({ enum: SERIES_PARTS, default: 'none', description: 'Points of each agent or variant apart.' })
  @MayBeAbsent()
  @IsIn(SERIES_PARTS)
  by: SeriesQuery['by'] = 'none';
}
