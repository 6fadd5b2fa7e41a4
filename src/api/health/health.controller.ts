import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { ProblemResponses } from '../docs/problem-responses';
import { PersistenceIndicator, ShutdownIndicator, StoreIndicator } from './indicators';

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly store: StoreIndicator,
    private readonly persistence: PersistenceIndicator,
    private readonly shutdown: ShutdownIndicator,
  ) {}

  @Get('live')
  @ApiOperation({ security: [], summary: 'Whether the process answers' })
  @ApiOkResponse({ schema: { type: 'object', properties: { status: { type: 'string', enum: ['ok'] } } } })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    security: [],
    summary: 'Whether it can take requests: the store answers and it is not shutting down',
  })
  @ApiOkResponse({ description: 'Ready', schema: { type: 'object' } })
  @ProblemResponses('not_ready')
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.shutdown.check(), () => this.store.check(), () => this.persistence.check()]);
  }
}
