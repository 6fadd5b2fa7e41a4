import { Body, Controller, Delete, Get, Param, Put, Query, UseGuards } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallerName } from '../../api/auth/caller';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { assignmentReport } from '../experiments/assignment';
import { ExperimentsService } from '../experiments/experiments.service';
import { SessionAgentManager } from '../session-agent-manager';
import { SessionAgentTrail } from '../session-agent-trail';
import { SessionAgentsGate } from '../session-agents.gate';
import { ASSIGNMENT_SCHEMA, CHANGE_SCHEMA, TAGGED_SCHEMA } from './agent-schemas';
import { ExperimentTagDto, NoteQuery } from './agents.dto';
import { BasedOn } from './based-on';
import { adminOrigin } from './change-request';
import { ChangesAgents } from './change-throttle';
import { CHANGE_PROBLEMS, IF_MATCH, READ_PROBLEMS } from './problems';

/** A session's part in an experiment. */
@ApiTags('admin: session agents')
@UseGuards(SessionAgentsGate)
@ProblemResponses(...READ_PROBLEMS)
@Controller('v1/admin/sessions/:id/experiment')
export class SessionExperimentAdminController {
  constructor(
    private readonly manager: SessionAgentManager,
    private readonly trail: SessionAgentTrail,
    private readonly experiments: ExperimentsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The variant of this session and the reason for it, in the terms of OpenFeature' })
  @ApiOkResponse({ schema: ASSIGNMENT_SCHEMA })
  async get(@Param('id') id: string) {
    const experiment = await this.trail.experiment(id);
    const { flagKey: experimentId, variant, reason } = assignmentReport(experiment?.value);
    return { experimentId, variant, reason, revision: experiment?.revision ?? null };
  }

  @Put()
  @ChangesAgents()
  @ApiOperation({ summary: 'Puts this session into a variant; of an experiment that is not defined it is a mere tag' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ schema: TAGGED_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS)
  async set(
    @Param('id') id: string,
    @Body(DtoPipe) { experimentId, variant, note }: ExperimentTagDto,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    const assignment = await this.experiments.assignmentFor(experimentId, variant);
    const { revision } = await this.manager.setExperiment(id, assignment, adminOrigin(actor, basedOn, note));
    return { experimentId, variant, reason: assignment.reason, revision };
  }

  @Delete()
  @ChangesAgents()
  @ApiOperation({ summary: 'Takes this session out of its experiment' })
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ schema: CHANGE_SCHEMA })
  @ProblemResponses(...CHANGE_PROBLEMS)
  async clear(
    @Param('id') id: string,
    @Query(DtoPipe) { note }: NoteQuery,
    @CallerName() actor: string,
    @BasedOn() basedOn: number | undefined,
  ) {
    const { revision } = await this.manager.setExperiment(id, null, adminOrigin(actor, basedOn, note));
    return { revision };
  }
}
