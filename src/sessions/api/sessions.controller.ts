import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { isSpooled, type Spooled } from '../../store/session-writes';
import { SessionsService } from '../sessions.service';
import {
  CONTEXT_SCHEMA,
  CONTEXT_VALUE_SCHEMA,
  HISTORY_SCHEMA,
  LATENCY_SCHEMA,
  SESSION_LIST_SCHEMA,
  SESSION_SCHEMA,
  SPOOLED_SCHEMA,
} from './session-schemas';
import { latencyView, sessionView } from './session-view';
import { ContextValueDto, HistoryQuery, OpenedSessionDto, OpenSessionDto, SessionListQuery } from './sessions.dto';
import { accepted } from './spooled-answer';

const ACCESS = ['unauthorized', 'forbidden', 'store_unavailable', 'internal_error'] as const;
const SESSION = ['session_not_found', 'session_ended', 'session_corrupt'] as const;
const BODY = ['malformed_json', 'validation_failed', 'body_too_large', 'unsupported_media_type', 'store_full'] as const;

@ApiTags('sessions')
@ProblemResponses(...ACCESS)
@Controller('v1/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Post()
  @ApiOperation({ summary: "Opens a session, with its caller's profile where one is found" })
  @ApiCreatedResponse({ type: OpenedSessionDto })
  @ProblemResponses(
    ...BODY,
    'batch_too_large',
    'session_exists',
    'session_corrupt',
    'profile_source_unavailable',
    ...ACCESS,
  )
  open(@Body(DtoPipe) body: OpenSessionDto): Promise<OpenedSessionDto> {
    return this.sessions.open(body);
  }

  @Get()
  @ApiOperation({ summary: 'Lists live sessions, page by page' })
  @ApiOkResponse({ schema: SESSION_LIST_SCHEMA })
  @ProblemResponses('validation_failed')
  list(@Query(DtoPipe) { limit, cursor }: SessionListQuery) {
    return this.sessions.list(limit, cursor);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A whole session' })
  @ApiOkResponse({ schema: SESSION_SCHEMA })
  @ProblemResponses(...SESSION)
  async get(@Param('id') id: string) {
    // Asked before the load: what is replayed in between must not be missing unsaid.
    const isDegraded = this.sessions.isDegraded(id);
    const view = sessionView(await this.sessions.load(id));
    return isDegraded ? { ...view, degraded: true } : view;
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Ends a session and removes its data' })
  @ApiNoContentResponse()
  @ProblemResponses(...SESSION, 'archive_unavailable', 'store_unavailable')
  end(@Param('id') id: string): Promise<void> {
    return this.sessions.end(id);
  }

  @Get(':id/history/:agent')
  @ApiOperation({ summary: "One agent's messages, oldest first, its system prompt before them" })
  @ApiOkResponse({ schema: HISTORY_SCHEMA })
  @ProblemResponses(...SESSION, 'validation_failed')
  history(@Param('id') id: string, @Param('agent') agent: string, @Query(DtoPipe) { after, limit }: HistoryQuery) {
    return this.sessions.history(id, agent, after, limit);
  }

  @Get(':id/context/:key')
  @ApiOperation({ summary: 'One context key' })
  @ApiOkResponse({ schema: CONTEXT_SCHEMA })
  @ProblemResponses(...SESSION, 'context_key_not_found', 'validation_failed')
  async context(@Param('id') id: string, @Param('key') key: string) {
    return { key, value: await this.sessions.context(id, key) };
  }

  @Put(':id/context/:key')
  @ApiOperation({ summary: 'Sets one context key' })
  @ApiBody({ schema: CONTEXT_VALUE_SCHEMA })
  @ApiOkResponse({ schema: { type: 'object', required: ['revision'], properties: { revision: { type: 'integer' } } } })
  @ApiAcceptedResponse({ schema: SPOOLED_SCHEMA })
  @ProblemResponses(...BODY, ...SESSION)
  async setContext(
    @Param('id') id: string,
    @Param('key') key: string,
    @Body(DtoPipe) { value }: ContextValueDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ revision: number } | Spooled> {
    const written = await this.sessions.setContext(id, key, value);
    return isSpooled(written) ? accepted(reply, written) : { revision: written.revision };
  }

  @Delete(':id/context/:key')
  @HttpCode(204)
  @ApiOperation({ summary: 'Removes one context key; a missing one is no error' })
  @ApiNoContentResponse()
  @ApiAcceptedResponse({ schema: SPOOLED_SCHEMA })
  @ProblemResponses(...SESSION, 'validation_failed')
  async deleteContext(
    @Param('id') id: string,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Spooled | undefined> {
    const written = await this.sessions.deleteContext(id, key);
    return isSpooled(written) ? accepted(reply, written) : undefined;
  }

  @Get(':id/latency')
  @ApiOperation({ summary: "The session's stages in figures" })
  @ApiOkResponse({ schema: LATENCY_SCHEMA })
  @ProblemResponses(...SESSION)
  async latency(@Param('id') id: string) {
    return latencyView(await this.sessions.load(id));
  }
}
