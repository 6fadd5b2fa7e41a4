import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { SessionsService } from '../sessions.service';
import { rawView, repairView } from './raw-view';
import { RAW_SESSION_SCHEMA, REPAIR_SCHEMA } from './session-schemas';
import { RawSessionQuery } from './sessions.dto';

const PROBLEMS = [
  'unauthorized',
  'forbidden',
  'session_not_found',
  'session_ended',
  'store_unavailable',
  'internal_error',
] as const;

/** Sessions as they are stored, for those that cannot be read. */
@ApiTags('admin: stored sessions')
@ProblemResponses(...PROBLEMS)
@Controller('v1/admin/sessions/:id')
export class StoredSessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get('raw')
  @ApiOperation({ summary: 'A session as it is stored, readable or not, page by page' })
  @ApiOkResponse({ schema: RAW_SESSION_SCHEMA })
  @ProblemResponses(...PROBLEMS, 'validation_failed')
  async raw(@Param('id') id: string, @Query(DtoPipe) { cursor }: RawSessionQuery) {
    return rawView(id, await this.sessions.readRaw(id), cursor);
  }

  @Post('repair')
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes out of a session what cannot be read, and keeps it beside the rest' })
  @ApiOkResponse({ schema: REPAIR_SCHEMA })
  @ProblemResponses(...PROBLEMS, 'repair_refused', 'store_full')
  async repair(@Param('id') id: string) {
    return repairView(id, await this.sessions.repair(id));
  }
}
