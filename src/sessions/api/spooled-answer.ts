import { HttpStatus } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Spooled } from '../../store/session-writes';

/** The answer to a write that is spooled: its status says that it is not done yet. */
export function accepted(reply: FastifyReply, spooled: Spooled): Spooled {
  reply.status(HttpStatus.ACCEPTED);
  return spooled;
}
