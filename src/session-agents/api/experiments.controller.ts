import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res, UseGuards } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CallerName } from '../../api/auth/caller';
import { ProblemResponses } from '../../api/docs/problem-responses';
import type { Experiment } from '../experiments/experiment';
import { ExperimentsService } from '../experiments/experiments.service';
import { SessionAgentsGate } from '../session-agents.gate';
import { BasedOn, tagOf } from './based-on';
import { ExperimentChangesDto, NewExperimentDto } from './experiments.dto';
import { ExperimentPipe } from './experiments.pipe';
import { EXPERIMENT_CHANGES_SCHEMA, NEW_EXPERIMENT_SCHEMA } from './experiments.body-schemas';
import { EXPERIMENT_LIST_SCHEMA, EXPERIMENT_RESULTS_SCHEMA, EXPERIMENT_SCHEMA } from './experiments.schemas';
import { TEMPLATE_PROBLEMS } from './problems';

const ACCESS = ['unauthorized', 'forbidden', 'store_unavailable', 'internal_error'] as const;
const READ = [...ACCESS, 'feature_disabled'] as const;
const WRITE = [
  ...READ,
  'malformed_json',
  'validation_failed',
  'agent_not_found',
  'body_too_large',
  'unsupported_media_type',
  ...TEMPLATE_PROBLEMS,
  'unknown_tool',
  'store_full',
] as const;

const ETAG = { ETag: { description: 'The version.', schema: { type: 'string', example: '"3"' } } } as const;
const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: 'A version, such as "3": refused (412) where the experiment has another. Without it the last one wins.',
} as const;

@ApiTags('admin: experiments')
@UseGuards(SessionAgentsGate)
@ProblemResponses(...READ)
@Controller('v1/admin/experiments')
export class ExperimentsController {
  constructor(private readonly experiments: ExperimentsService) {}

  @Post()
  @ApiOperation({ summary: 'Defines an experiment; new sessions join it once it is running' })
  @ApiBody({ schema: NEW_EXPERIMENT_SCHEMA })
  @ApiCreatedResponse({ schema: EXPERIMENT_SCHEMA, headers: ETAG })
  @ProblemResponses(...WRITE, 'experiment_exists')
  async create(
    @Body(ExperimentPipe) { note, ...definition }: NewExperimentDto,
    @CallerName() actor: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return tagged(reply, await this.experiments.create(definition, { actor, note }));
  }

  @Get()
  @ApiOperation({ summary: 'All experiments, in the order of their creation' })
  @ApiOkResponse({ schema: EXPERIMENT_LIST_SCHEMA })
  async list() {
    const experiments = await this.experiments.list();
    return { experiments: experiments.map(({ history: _history, ...experiment }) => experiment) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'An experiment, with its history' })
  @ApiOkResponse({ schema: EXPERIMENT_SCHEMA, headers: ETAG })
  @ProblemResponses(...READ, 'experiment_not_found')
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return tagged(reply, await this.experiments.get(id));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes an experiment: all of a draft; later description, traffic, guardRails and status' })
  @ApiHeader(IF_MATCH)
  @ApiBody({ schema: EXPERIMENT_CHANGES_SCHEMA })
  @ApiOkResponse({ schema: EXPERIMENT_SCHEMA, headers: ETAG })
  @ProblemResponses(...WRITE, 'experiment_not_found', 'experiment_locked', 'revision_conflict')
  async update(
    @Param('id') id: string,
    @Body(ExperimentPipe) { note, ...changes }: ExperimentChangesDto,
    @CallerName() actor: string,
    @BasedOn() seenVersion: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return tagged(reply, await this.experiments.update(id, changes, { actor, note }, seenVersion));
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes a draft, or an experiment that has ended, with its results' })
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse()
  @ProblemResponses(...READ, 'validation_failed', 'experiment_not_found', 'experiment_locked', 'revision_conflict')
  remove(
    @Param('id') id: string,
    @CallerName() actor: string,
    @BasedOn() seenVersion: number | undefined,
  ): Promise<void> {
    return this.experiments.remove(id, { actor }, seenVersion);
  }

  @Get(':id/results')
  @ApiOperation({ summary: 'What each variant has shown so far; sessions of all processes, about a second behind' })
  @ApiOkResponse({ schema: EXPERIMENT_RESULTS_SCHEMA })
  @ProblemResponses(...READ, 'experiment_not_found')
  async results(@Param('id') id: string) {
    const { experiment, variants } = await this.experiments.resultsOf(id);
    const { status, control } = experiment;
    return { experimentId: experiment.id, status, control, variants };
  }
}

function tagged(reply: FastifyReply, experiment: Experiment): Experiment {
  void reply.header('etag', tagOf(experiment.version));
  return experiment;
}
