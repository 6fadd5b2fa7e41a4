import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { MayBeAbsent } from '../../common/may-be-absent';
import {
  DEFAULT_QUERY,
  FLEET_ORDERS,
  FLEET_SORTS,
  type FleetQuery,
  type FleetWindow,
  MAX_FLEET_PAGE,
} from '../fleet-query';

const MAX_TEXT = 256;

export class FleetSessionsQuery implements FleetQuery, FleetWindow {
  @ApiPropertyOptional({
    maxLength: MAX_TEXT,
    description: "Part of the id, or of the caller's id, name or telephone number; compared without case.",
  })
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_TEXT)
  search: string = DEFAULT_QUERY.search;

  @ApiPropertyOptional({ maxLength: MAX_TEXT, description: 'The agent in charge.' })
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_TEXT)
  agent: string = DEFAULT_QUERY.agent;

  @ApiPropertyOptional({ maxLength: MAX_TEXT, description: "The experiment's id." })
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_TEXT)
  experiment: string = DEFAULT_QUERY.experiment;

  @ApiPropertyOptional({ enum: FLEET_SORTS, default: DEFAULT_QUERY.sort })
  @MayBeAbsent()
  @IsIn(FLEET_SORTS)
  sort: FleetQuery['sort'] = DEFAULT_QUERY.sort;

  @ApiPropertyOptional({ enum: FLEET_ORDERS, default: DEFAULT_QUERY.order })
  @MayBeAbsent()
  @IsIn(FLEET_ORDERS)
  order: FleetQuery['order'] = DEFAULT_QUERY.order;

  @ApiPropertyOptional({ type: 'integer', minimum: 0, default: DEFAULT_QUERY.offset })
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  offset: number = DEFAULT_QUERY.offset;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: MAX_FLEET_PAGE, default: DEFAULT_QUERY.limit })
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_FLEET_PAGE)
  limit: number = DEFAULT_QUERY.limit;
}
