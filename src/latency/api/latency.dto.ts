import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent';
import { FLEET_MINUTES } from '../fleet-counters';

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
