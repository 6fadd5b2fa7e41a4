import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { object, seconds, text } from '../../api/docs/schema';
import { ParleyError } from '../../common/parley-error';
import { LiveTickets, type Ticket } from '../live-tickets';

const TICKET_SCHEMA = object({ ticket: text, expiresAt: seconds('Seconds since the epoch.') });

@ApiTags('live')
@Controller('v1/live/tickets')
export class LiveTicketsController {
  constructor(private readonly tickets: LiveTickets) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: "A ticket for one socket, `/v1/live?ticket=…`, with this key's role: for browsers" })
  @ApiCreatedResponse({ schema: TICKET_SCHEMA })
  @ProblemResponses('unauthorized', 'forbidden', 'internal_error', 'store_unavailable', 'store_full')
  issue(@Req() { caller }: FastifyRequest): Promise<Ticket> {
    if (!caller) throw new ParleyError('unauthorized', 'Send a valid key as "Authorization: Bearer <secret>".');
    return this.tickets.issue(caller);
  }
}
