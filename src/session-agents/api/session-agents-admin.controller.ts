import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CallerName } from '../../api/auth/caller';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { AgentDesk } from '../agent-desk';
import { AgentPreviews } from '../agent-previews';
import { SessionAgentManager } from '../session-agent-manager';
import { SessionAgentTrail } from '../session-agent-trail';
import { SessionAgentsGate } from '../session-agents.gate';
import {
  CHANGE_SCHEMA,
  CUSTOM_AGENT_BODY_SCHEMA,
  CUSTOM_AGENT_SCHEMA,
  OVERRIDDEN_SCHEMA,
  OVERRIDES_BODY_SCHEMA,
  OVERRIDES_VIEW_SCHEMA,
  PREVIEW_BODY_SCHEMA,
  PREVIEW_SCHEMA,
  REVISIONS_SCHEMA,
} from './agent-schemas';
import { ExplainQuery, NoteQuery, PatchQuery, RevisionsQuery, RollbackDto } from './agents.dto';
import { BasedOn, tagOf } from './based-on';
import { adminOrigin, bodyAndNote } from './change-request';
import { ChangesAgents } from './change-throttle';
import { CHANGE_PROBLEMS, IF_MATCH, READ_PROBLEMS, TEMPLATE_PROBLEMS } from './problems';
import { revisionView, revisionWithDiff } from './revision-view';

/** Agents of one session: overrides, custom agents, their revisions. */
@ApiTags('admin: session agents')
@UseGuards(SessionAgentsGate)
@ProblemResponses(...READ_PROBLEMS)
@Controller('v1/admin/sessions/:id')
export class SessionAgentsAdminController {
  constructor(
    private readonly manager: SessionAgentManager,
    private readonly trail: SessionAgentTrail,
    private readonly desk: AgentDesk,
    private readonly previews: AgentPreviews,
  ) {}

  @Get('agents/:name')
  @ApiOperation({ summary: "One agent's overrides in this session, and since which revision" })
  @ApiOkResponse({ schema: OVERRIDES_VIEW_SCHEMA })
  @ProblemResponses(...READ_PROBLEMS, 'agent_not_found', 'validation_failed')
  async get(
    @Param('id') id: string,
    @Param('name') name: string,
    @Query(DtoPipe) { explain }: ExplainQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const view = await this.trail.overrides(id, name);
    void reply.header('etag', tagOf(view.revision));
    return { ...view, ...(explain === 'true' && { fields: (await this.desk.explain(id, name)).fields }) };
  }

  @Patch('agents/:name')
  @ChangesAgents()
  @ApiOperation({ summary: 'Sets, merges or clears overrides of one agent; its next resolution uses them' })
  @ApiHeader(IF_MATCH)
  @ApiBody({ schema: OVERRIDES_BODY_SCHEMA })
  @ApiOkResponse({ schema: OVERRIDDEN_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS, ...TEMPLATE_PROBLEMS, 'agent_not_found', 'unknown_tool')
  async patch(
    @Param('id') id: string,
    @Param('name') name: string,
    @Query(DtoPipe) { mode }: PatchQuery,
    @Body() request: unknown,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { body, note } = bodyAndNote(request);
    const changed = await this.manager.override(id, name, body, mode, adminOrigin(actor, basedOn, note));
    void reply.header('etag', tagOf(changed.revision));
    return changed;
  }

  @Post('agents/:name/preview')
  @HttpCode(200)
  @ApiOperation({
    summary: 'What a change of overrides would make of an agent, or why it would be refused; changes nothing',
  })
  @ApiBody({ schema: PREVIEW_BODY_SCHEMA })
  @ApiOkResponse({ schema: PREVIEW_SCHEMA })
  @ProblemResponses(
    ...READ_PROBLEMS,
    'agent_not_found',
    'malformed_json',
    'validation_failed',
    'body_too_large',
    'unsupported_media_type',
    'templates_busy',
  )
  preview(
    @Param('id') id: string,
    @Param('name') name: string,
    @Query(DtoPipe) { mode }: PatchQuery,
    @Body() request: unknown,
  ) {
    return this.previews.of(id, name, bodyAndNote(request).body, mode);
  }

  @Delete('agents/:name')
  @ChangesAgents()
  @ApiOperation({ summary: 'A base agent: back to base. An agent that this session alone has: removed' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ schema: OVERRIDDEN_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS, 'agent_not_found')
  remove(
    @Param('id') id: string,
    @Param('name') name: string,
    @Query(DtoPipe) { note }: NoteQuery,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    return this.manager.remove(id, name, adminOrigin(actor, basedOn, note));
  }

  @Post('agents')
  @ChangesAgents()
  @ApiOperation({ summary: 'Adds an agent that this session alone has' })
  @ApiHeader(IF_MATCH)
  @ApiBody({ schema: CUSTOM_AGENT_BODY_SCHEMA })
  @ApiCreatedResponse({ schema: CUSTOM_AGENT_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS, ...TEMPLATE_PROBLEMS, 'agent_exists', 'handoff_taken', 'unknown_tool')
  create(
    @Param('id') id: string,
    @Body() request: unknown,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    const { body, note } = bodyAndNote(request);
    return this.manager.createAgent(id, body, adminOrigin(actor, basedOn, note));
  }

  @Delete('agents')
  @ChangesAgents()
  @ApiOperation({ summary: 'Takes back all overrides and handoffs; active agent, experiment and custom agents stay' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ schema: CHANGE_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS)
  async resetAll(
    @Param('id') id: string,
    @Query(DtoPipe) { note }: NoteQuery,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    const { revision } = await this.manager.resetAll(id, adminOrigin(actor, basedOn, note));
    return { revision };
  }

  @Get('agents/:name/revisions')
  @ApiOperation({ summary: 'The kept changes of one agent, oldest first' })
  @ApiOkResponse({ schema: REVISIONS_SCHEMA })
  @ProblemResponses(...READ_PROBLEMS, 'agent_not_found', 'validation_failed')
  async revisions(@Param('id') id: string, @Param('name') name: string, @Query(DtoPipe) { diff }: RevisionsQuery) {
    const { revisions, basePrompt } = await this.trail.revisions(id, name);
    const view =
      diff === 'true' ? revisions.map((one) => revisionWithDiff(one, basePrompt)) : revisions.map(revisionView);
    return { revisions: view };
  }

  @Post('agents/:name/rollback')
  @HttpCode(200)
  @ChangesAgents()
  @ApiOperation({ summary: 'Restores exactly what the agent was after a revision; that is a revision itself' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ schema: OVERRIDDEN_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS, 'revision_not_found')
  async rollback(
    @Param('id') id: string,
    @Param('name') name: string,
    @Body(DtoPipe) { revision, note }: RollbackDto,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const changed = await this.manager.rollback(id, name, revision, adminOrigin(actor, basedOn, note));
    void reply.header('etag', tagOf(changed.revision));
    return changed;
  }
}
