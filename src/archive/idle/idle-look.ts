import { Logger } from '@nestjs/common';
import { type Clock, nowSeconds } from '../../common/clock';
import type { ErrorCode } from '../../common/error-catalogue';
import { describeError } from '../../common/logging/describe-error';
import { isParleyError } from '../../common/parley-error';
import type { SessionState } from '../../store/session-state';
import type { SessionStore } from '../../store/session-store';
import type { SessionArchive } from '../session-archive';
import { lookTime, secondLookTime } from './look-time';

/**
 * What became of a look: the session is `archived`, or was `kept` alive; it is `gone`, or can't be read (`unreadable`);
 * the archive did not take it (`failed`).
 */
export type LookOutcome = 'archived' | 'kept' | 'gone' | 'unreadable' | 'failed';

export interface LookResult {
  readonly outcome: LookOutcome;
  /** When to look again, seconds since the epoch; absent where nothing is left to see, and after `failed`. */
  readonly nextAt?: number;
}

const GONE: readonly ErrorCode[] = ['session_not_found', 'session_ended'];

/** Looks at a session that is about to expire, and archives it where it is still idle. It is never ended here. */
export class IdleLook {
  private readonly logger = new Logger('Archive');

  constructor(
    private readonly store: Pick<SessionStore, 'load'>,
    private readonly archive: Pick<SessionArchive, 'store'>,
    private readonly clock: Clock,
  ) {}

  /**
   * @param isArchiveAway the archive has just failed: what needs it fails without another try
   * @throws ParleyError `store_unavailable`
   */
  async at(sessionId: string, isArchiveAway: boolean): Promise<LookResult> {
    const state = await this.read(sessionId);
    if (typeof state === 'string') return { outcome: state };
    const { ttlSeconds, expiresAt } = state;
    // The store has gone back to before an older service's session was converted: its next write is its first again.
    if (ttlSeconds === null || expiresAt === null) return { outcome: 'kept' };
    const dueAt = lookTime({ expiresAt, ttlSeconds });
    if (dueAt > nowSeconds(this.clock)) return { outcome: 'kept', nextAt: dueAt };
    if (isArchiveAway || !(await this.isArchived(state, expiresAt))) return { outcome: 'failed' };
    return { outcome: 'archived', nextAt: secondLookTime({ expiresAt }) };
  }

  private async read(sessionId: string): Promise<SessionState | 'gone' | 'unreadable'> {
    try {
      return await this.store.load(sessionId);
    } catch (error) {
      if (isParleyError(error) && error.retryable) throw error;
      if (isParleyError(error) && GONE.includes(error.code)) return 'gone';
      this.logger.error({ msg: 'an idle session cannot be read', sessionId, err: describeError(error) });
      return 'unreadable';
    }
  }

  /** The archive itself says in the log which session it could not take. */
  private async isArchived(state: SessionState, expiresAt: number): Promise<boolean> {
    return this.archive.store(state, expiresAt).then(
      () => true,
      () => false,
    );
  }
}
