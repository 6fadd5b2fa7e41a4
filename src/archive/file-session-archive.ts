import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { type Clock, nowSeconds } from '../common/clock';
import { describeError } from '../common/logging/describe-error';
import type { SessionState } from '../store/session-state';
import type { Archive } from './archive';
import type { ArchiveRecord } from './archive-record';
import { RecentRecords } from './recent-records';
import type { SessionArchive } from './session-archive';

/** Before a caller is told: a file system that was busy for a moment should fail nobody's call. */
const RETRY_DELAYS_MS = [50, 200];

/**
 * Writes sessions to an archive. What was asked to be archived is never lost silently: where the archive cannot be
 * written the session is kept and its end refused; where a session cannot be told whole, a line says so in its place,
 * because no later attempt would do better.
 */
export class FileSessionArchive implements SessionArchive {
  readonly isKept = true;
  private readonly logger = new Logger('Archive');
  private readonly recent = new RecentRecords();

  constructor(
    private readonly archive: Archive,
    private readonly recordOf: (state: SessionState, endedAt: number) => ArchiveRecord,
    private readonly clock: Clock,
  ) {}

  store(state: SessionState, endedAt = nowSeconds(this.clock)): Promise<void> {
    return this.recent.once(state, () => this.append(this.lineOf(state, endedAt), state.sessionId));
  }

  private lineOf(state: SessionState, endedAt: number): string {
    try {
      return JSON.stringify(this.recordOf(state, endedAt));
    } catch (error) {
      const { sessionId, createdAt, revision } = state;
      this.logger.error({ msg: 'a session cannot be archived whole', sessionId, err: describeError(error) });
      return JSON.stringify({ sessionId, startedAt: createdAt, endedAt, revision, incomplete: true });
    }
  }

  private async append(line: string, sessionId: string): Promise<void> {
    for (const delayMs of RETRY_DELAYS_MS) {
      try {
        return await this.archive.append(line);
      } catch {
        await sleep(delayMs);
      }
    }
    try {
      await this.archive.append(line);
    } catch (error) {
      this.logger.error({ msg: 'a session cannot be archived; it is kept', sessionId, err: describeError(error) });
      throw error;
    }
  }
}
