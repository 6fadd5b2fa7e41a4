import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { FleetSessions } from '../fleet-sessions';
import type { FleetPage } from '../fleet-view';
import { FLEET_PAGE_SCHEMA } from './fleet-schemas';
import { FleetSessionsQuery } from './fleet.dto';

@ApiTags('fleet')
@Controller('v1/fleet/sessions')
export class FleetController {
  constructor(private readonly fleet: FleetSessions) {}

  @Get()
  @ApiOperation({ summary: 'The live sessions of all processes, found by text, agent or experiment, in any order' })
  @ApiOkResponse({ schema: FLEET_PAGE_SCHEMA })
  @ProblemResponses('validation_failed', 'unauthorized', 'forbidden', 'internal_error', 'store_unavailable')
  list(@Query(DtoPipe) query: FleetSessionsQuery): Promise<FleetPage> {
    return this.fleet.list(query, query);
  }
}
