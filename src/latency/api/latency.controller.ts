import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { FleetLatency, type FleetSummary } from '../fleet-latency';
import { LatencySeries, type Series } from '../latency-series';
import { ServiceLatency, type ServiceSummary } from '../service-latency';
import { FLEET_LATENCY_SCHEMA, LATENCY_SERIES_SCHEMA, SERVICE_LATENCY_SCHEMA } from './latency-schemas';
import { FleetQuery, LatencySeriesQuery } from './latency.dto';

const ACCESS = ['unauthorized', 'forbidden', 'store_unavailable', 'internal_error'] as const;

@ApiTags('latency')
@ProblemResponses(...ACCESS)
@Controller('v1/latency')
export class LatencyController {
  constructor(
    private readonly service: ServiceLatency,
    private readonly fleet: FleetLatency,
    private readonly series: LatencySeries,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Stages of all sessions that this process has written to, and of its own work, since it started',
  })
  @ApiOkResponse({ schema: SERVICE_LATENCY_SCHEMA })
  ofService(): ServiceSummary {
    return this.service.summary();
  }

  @Get('fleet')
  @ApiOperation({
    summary: 'Stages of all sessions and of the service’s own work, of all processes, by minute; figures within 1 %',
  })
  @ApiOkResponse({ schema: FLEET_LATENCY_SCHEMA })
  @ProblemResponses('validation_failed')
  ofFleet(@Query(DtoPipe) { minutes }: FleetQuery): Promise<FleetSummary> {
    return this.fleet.summary(minutes);
  }

  @Get('series')
  @ApiOperation({
    summary: 'Percentiles by minute, of all or apart by agent or variant: within 1 %, by agent or variant within 4 %',
  })
  @ApiOkResponse({ schema: LATENCY_SERIES_SCHEMA })
  @ProblemResponses('validation_failed')
  ofMinutes(@Query(DtoPipe) query: LatencySeriesQuery): Promise<Series> {
    return this.series.read(query);
  }
}
