import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { DtoPipe } from '../../api/dto.pipe';
import { CascadeOrchestratorAdapter } from '../cascade';
import type { TurnEvent } from '../cascade';
import { sendEvents } from './event-stream';
import { TURN_EVENT_SCHEMA, TURN_SCHEMA } from './turn-schemas';
import { turnView } from './turn-view';
import { TurnDto } from './turns.dto';

@ApiTags('turns')
@Controller('v1/sessions/:id/turns')
export class TurnsController {
  constructor(private readonly cascade: CascadeOrchestratorAdapter) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'One turn of the call: what the caller said, and what the agents answer' })
  @ApiBody({ type: TurnDto })
  @ApiOkResponse({
    description: 'All of the turn when it is over; with `Accept: text/event-stream` each event as it happens.',
    content: { 'application/json': { schema: TURN_SCHEMA }, 'text/event-stream': { schema: TURN_EVENT_SCHEMA } },
  })
  @ProblemResponses(
    'malformed_json',
    'validation_failed',
    'unauthorized',
    'forbidden',
    'session_not_found',
    'session_ended',
    'lease_held',
    'body_too_large',
    'unsupported_media_type',
    'internal_error',
    'session_corrupt',
    'store_unavailable',
    'store_full',
    'shutting_down',
  )
  async take(
    @Param('id') id: string,
    @Body(DtoPipe) { transcript, ...options }: TurnDto,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const gone = new AbortController();
    // Whoever hangs up hears nothing any more.
    reply.raw.once('close', () => gone.abort());
    const events = this.cascade.processTurn(id, transcript, { ...options, signal: gone.signal });
    if (accept?.includes('text/event-stream')) return sendEvents(reply, events);
    const all: TurnEvent[] = [];
    for await (const event of events) all.push(event);
    return turnView(all);
  }
}
