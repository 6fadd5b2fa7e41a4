import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerStorage } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import { catchError, from, mergeMap, type Observable, throwError } from 'rxjs';
import { requireSessionId } from '../../common/ids';
import { ParleyError } from '../../common/parley-error';
import { SHARED_STORE, type SharedStore } from '../../store/shared-store';

/** Changes are counted a minute at a time. */
export const CHANGE_WINDOW_SECONDS = 60;

const windowOf = (sessionId: string) => `agent-changes/${sessionId}`;

/** Counts in the store: all processes on it share one count. */
@Injectable()
export class SharedThrottlerStorage implements ThrottlerStorage {
  constructor(@Inject(SHARED_STORE) private readonly shared: SharedStore) {}

  async increment(key: string, ttlMs: number, limit: number) {
    const { count, remainingSeconds } = await this.shared.countInWindow(key, 1, ttlMs / 1000);
    const seconds = Math.max(1, Math.ceil(remainingSeconds));
    return { totalHits: count, timeToExpire: seconds, isBlocked: count > limit, timeToBlockExpire: seconds };
  }
}

/** Lets so many changes of one session's agents in. */
@Injectable()
export class ChangeThrottlerGuard extends ThrottlerGuard {
  protected override async getTracker(request: Record<string, unknown>): Promise<string> {
    return requireSessionId((request['params'] as { id: string }).id);
  }

  /** All changes of a session count together, whatever the route. */
  protected override generateKey(_context: ExecutionContext, sessionId: string): string {
    return windowOf(sessionId);
  }

  protected override async throwThrottlingException(): Promise<void> {
    throw new ParleyError('too_many_changes', "The session's agents have been changed too often within a minute.");
  }
}

/** A change that was refused is none: it is given back. */
@Injectable()
class GiveBackRefused implements NestInterceptor {
  constructor(@Inject(SHARED_STORE) private readonly shared: SharedStore) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { id } = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id: string } }>>().params;
    return next.handle().pipe(
      catchError((error: unknown) => {
        const givenBack = this.shared.countInWindow(windowOf(id), -1, CHANGE_WINDOW_SECONDS).catch(() => undefined);
        return from(givenBack).pipe(mergeMap(() => throwError(() => error)));
      }),
    );
  }
}

/** A route that changes a session's agents: counted, and refused with 429 beyond the bound. */
export function ChangesAgents(): MethodDecorator {
  return applyDecorators(UseGuards(ChangeThrottlerGuard), UseInterceptors(GiveBackRefused));
}
