import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { ProblemResponses } from '../docs/problem-responses';
import { ModelIndicator, PersistenceIndicator, ShutdownIndicator, StoreIndicator } from './indicators';

const CHECKS = {
  type: 'object',
  description: 'By check: its status and facts.',
  additionalProperties: { type: 'object' },
};
const READY_SCHEMA = {
  type: 'object',
  required: ['status', 'info', 'error', 'details'],
  properties: { status: { type: 'string', enum: ['ok'] }, info: CHECKS, error: CHECKS, details: CHECKS },
};

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly store: StoreIndicator,
    private readonly persistence: PersistenceIndicator,
    private readonly model: ModelIndicator,
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
  @ApiOkResponse({ description: 'Ready', schema: READY_SCHEMA })
  @ProblemResponses('not_ready')
  ready(): Promise<HealthCheckResult> {
    return this.health.check([this.shutdown, this.store, this.persistence, this.model].map((one) => () => one.check()));
  }
}
