import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { OPS_REQUEST_SCHEMA } from '../../api/docs/openapi';
import { ProblemResponses } from '../../api/docs/problem-responses';
import { objectWith } from '../../api/invalid-request';
import { parseOps } from '../../store/op-validation';
import type { Op } from '../../store/ops';
import { isSpooled, type Spooled } from '../../store/session-writes';
import { SessionsService } from '../sessions.service';
import { RECEIPT_SCHEMA, SPOOLED_SCHEMA } from './session-schemas';
import { accepted } from './spooled-answer';

/** The hot route: no pipe, no interceptor, one compiled check of the body. */
@ApiTags('sessions')
@Controller('v1/sessions/:id/ops')
export class OpsController {
  constructor(private readonly sessions: SessionsService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Applies a batch of operations, all or nothing; durable when answered' })
  @ApiHeader({ name: 'Idempotency-Key', required: false, description: 'Makes the batch repeatable: at most once.' })
  @ApiBody({ schema: { $ref: OPS_REQUEST_SCHEMA } })
  @ApiOkResponse({ schema: RECEIPT_SCHEMA })
  @ApiAcceptedResponse({ schema: SPOOLED_SCHEMA })
  @ProblemResponses(
    'malformed_json',
    'validation_failed',
    'batch_too_large',
    'message_too_large',
    'unauthorized',
    'forbidden',
    'session_not_found',
    'session_ended',
    'body_too_large',
    'unsupported_media_type',
    'idempotency_key_reused',
    'message_not_found',
    'internal_error',
    'session_corrupt',
    'store_unavailable',
    'store_full',
  )
  async apply(
    @Param('id') id: string,
    @Body() body: unknown,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ revision: number; messages: readonly number[]; epoch?: number; replicated?: false } | Spooled> {
    const written = await this.sessions.apply(id, opsOf(body), idempotencyKey);
    if (isSpooled(written)) return accepted(reply, written);
    const { revision, messages, epoch, replicated } = written;
    const answer = epoch === undefined ? { revision, messages } : { revision, messages, epoch };
    return replicated === undefined ? answer : { ...answer, replicated };
  }
}

function opsOf(body: unknown): readonly Op[] {
  return parseOps(objectWith((field) => field === 'ops', body)['ops']);
}
