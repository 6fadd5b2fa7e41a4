import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { AgentDesk, type Handoff } from '../agent-desk';
import { AGENT_LIST_SCHEMA, AGENT_SCHEMA, HANDOFF_SCHEMA } from './agent-schemas';
import { AgentQuery, HandoffDto } from './agents.dto';

const SESSION = ['session_not_found', 'session_ended', 'session_corrupt', 'agent_not_found'] as const;

@ApiTags('agents')
@ProblemResponses('unauthorized', 'forbidden', 'store_unavailable', 'internal_error')
@Controller('v1/sessions/:id')
export class AgentsController {
  constructor(private readonly desk: AgentDesk) {}

  @Get('agents')
  @ApiOperation({ summary: 'The agents as this session sees them' })
  @ApiOkResponse({ schema: AGENT_LIST_SCHEMA })
  @ProblemResponses(...SESSION)
  async list(@Param('id') id: string) {
    return { agents: await this.desk.list(id) };
  }

  @Get('agents/:name')
  @ApiOperation({ summary: 'One agent as this session sees it; `prompt` is the template' })
  @ApiOkResponse({ schema: AGENT_SCHEMA })
  @ProblemResponses(...SESSION, 'validation_failed', 'template_failed', 'templates_busy')
  get(@Param('id') id: string, @Param('name') name: string, @Query(DtoPipe) { render, explain }: AgentQuery) {
    return this.desk.view(id, name, { isRendered: render === 'true', isExplained: explain === 'true' });
  }

  @Post('handoffs')
  @HttpCode(200)
  @ApiOperation({ summary: 'Puts the agent in charge to whom a handoff tool leads' })
  @ApiBody({ type: HandoffDto })
  @ApiOkResponse({ schema: HANDOFF_SCHEMA })
  @ProblemResponses(
    ...SESSION,
    'malformed_json',
    'validation_failed',
    'handoff_not_found',
    'body_too_large',
    'unsupported_media_type',
    'store_full',
    'unauthorized',
    'forbidden',
    'store_unavailable',
    'internal_error',
  )
  handOff(@Param('id') id: string, @Body(DtoPipe) { tool, context }: HandoffDto): Promise<Handoff> {
    return this.desk.handOff(id, tool, context);
  }
}
