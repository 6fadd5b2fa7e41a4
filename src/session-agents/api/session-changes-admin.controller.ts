import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallerName } from '../../api/auth/caller';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { SessionAgentManager } from '../session-agent-manager';
import { SessionAgentTrail } from '../session-agent-trail';
import { SessionAgentsGate } from '../session-agents.gate';
import { AUDIT_SCHEMA, CHANGE_SCHEMA, EXPORT_SCHEMA, HANDOFF_CHANGE_SCHEMA, IMPORT_BODY_SCHEMA } from './agent-schemas';
import { AuditQuery, HandoffTargetDto, NoteQuery, RollbackDto } from './agents.dto';
import { BasedOn } from './based-on';
import { adminOrigin, bodyAndNote } from './change-request';
import { ChangesAgents } from './change-throttle';
import { CHANGE_PROBLEMS, IF_MATCH, READ_PROBLEMS, TEMPLATE_PROBLEMS } from './problems';
import { revisionView } from './revision-view';

/** What concerns all agents of one session: handoffs, audit trail, rollback, export and import. */
@ApiTags('admin: session agents')
@UseGuards(SessionAgentsGate)
@ProblemResponses(...READ_PROBLEMS)
@Controller('v1/admin/sessions/:id')
export class SessionChangesAdminController {
  constructor(
    private readonly manager: SessionAgentManager,
    private readonly trail: SessionAgentTrail,
  ) {}

  @Put('handoffs/:tool')
  @ChangesAgents()
  @ApiOperation({ summary: 'Leads a handoff tool to an agent, in this session' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ schema: HANDOFF_CHANGE_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS, 'agent_not_found')
  async setHandoff(
    @Param('id') id: string,
    @Param('tool') tool: string,
    @Body(DtoPipe) { target, note }: HandoffTargetDto,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    return this.manager.setHandoff(id, tool, target, adminOrigin(actor, basedOn, note));
  }

  @Delete('handoffs/:tool')
  @ChangesAgents()
  @ApiOperation({ summary: 'Back to where the agents themselves say that the tool leads' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ schema: HANDOFF_CHANGE_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS)
  deleteHandoff(
    @Param('id') id: string,
    @Param('tool') tool: string,
    @Query(DtoPipe) { note }: NoteQuery,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    return this.manager.deleteHandoff(id, tool, adminOrigin(actor, basedOn, note));
  }

  @Get('audit')
  @ApiOperation({ summary: 'Who changed what, when, from where, with before and after' })
  @ApiOkResponse({ schema: AUDIT_SCHEMA })
  @ProblemResponses(...READ_PROBLEMS, 'validation_failed')
  async audit(@Param('id') id: string, @Query(DtoPipe) { verify }: AuditQuery) {
    const { entries, dropped, check } = await this.trail.audit(id, verify === 'true');
    return { entries: entries.map(revisionView), dropped, ...(check && { verified: check }) };
  }

  @Post('rollback')
  @HttpCode(200)
  @ChangesAgents()
  @ApiOperation({ summary: 'Restores all agents, handoffs and the experiment as they were after a revision' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ schema: CHANGE_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS, 'revision_not_found')
  async rollback(
    @Param('id') id: string,
    @Body(DtoPipe) { revision: target, note }: RollbackDto,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    const { revision } = await this.manager.rollback(id, null, target, adminOrigin(actor, basedOn, note));
    return { revision };
  }

  @Get('agent-state')
  @ApiOperation({ summary: 'All that the session has of agents of its own, for import elsewhere' })
  @ApiOkResponse({ schema: EXPORT_SCHEMA })
  export(@Param('id') id: string) {
    return this.trail.export(id);
  }

  @Put('agent-state')
  @ChangesAgents()
  @ApiOperation({
    summary: 'Puts an export, or the `agent_registry` of an older service, in place of all that the session has',
  })
  @ApiHeader(IF_MATCH)
  @ApiBody({ schema: IMPORT_BODY_SCHEMA })
  @ApiOkResponse({ schema: CHANGE_SCHEMA })
  @ProblemResponses(
    ...CHANGE_PROBLEMS,
    ...TEMPLATE_PROBLEMS,
    'agent_not_found',
    'agent_exists',
    'handoff_taken',
    'unknown_tool',
  )
  async import(
    @Param('id') id: string,
    @Body() request: unknown,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    const { body, note } = bodyAndNote(request);
    const origin = { ...adminOrigin(actor, basedOn, note), source: 'import' as const };
    const { revision } = await this.manager.import(id, body, origin);
    return { revision };
  }
}
