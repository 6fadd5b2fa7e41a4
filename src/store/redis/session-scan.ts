import { isSessionId } from '../../common/ids';
import { decodeCursor, encodeCursor } from '../cursor';
import type { SessionPage, SessionSummary } from '../session-store';
import type { RedisCommands } from './redis-commands';

/** SCAN steps a page may take: a keyspace full of other keys gives short pages, not slow ones. */
const MAX_SCANS = 64;
/** Keys a step looks at, at least. */
const MIN_COUNT = 10;
/** For what belongs to no session: the first connection. */
const NO_SESSION_ID = '';

/** Where a page ended: the server's cursor, and ids of its last step that did not fit. */
type ScanPosition = readonly [scanCursor: string, pending: readonly string[]];

/** The list of sessions, page by page, by SCAN: a page costs what it looks at. */
export class SessionScan {
  private readonly pattern: string;

  /** @param summaryOf gives undefined for a key that is no session */
  constructor(
    private readonly commands: RedisCommands,
    private readonly keyPrefix: string,
    private readonly summaryOf: (sessionId: string) => Promise<SessionSummary | undefined>,
  ) {
    this.pattern = `${keyPrefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  }

  async page(limit: number, cursor?: string): Promise<SessionPage> {
    let [scanCursor, pending]: ScanPosition = cursor === undefined ? ['', []] : decodeCursor(cursor, isScanPosition);
    const sessions: SessionSummary[] = [];
    for (let scans = 0; sessions.length < limit; scans += 1) {
      const ids = pending.slice(0, limit - sessions.length);
      pending = pending.slice(ids.length);
      sessions.push(...(await this.summaries(ids)));
      if (pending.length > 0 || sessions.length === limit) continue;
      if (scanCursor === '0') return { sessions, nextCursor: null };
      if (scans === MAX_SCANS) break;
      [scanCursor, pending] = await this.step(scanCursor || '0', limit - sessions.length);
    }
    const isLast = scanCursor === '0' && pending.length === 0;
    return { sessions, nextCursor: isLast ? null : encodeCursor([scanCursor, pending]) };
  }

  /**
   * Looks at no more than is missing: what doesn't fit the page travels in the cursor, and that in a URL. Keys of what
   * belongs to no session stand under the same prefix: they are passed over.
   */
  private async step(scanCursor: string, missing: number): Promise<ScanPosition> {
    const count = Math.max(missing, MIN_COUNT);
    const [next, keys] = await this.commands.send(NO_SESSION_ID, (redis) =>
      redis.scan(scanCursor, 'MATCH', this.pattern, 'COUNT', count),
    );
    return [next, [...new Set(keys)].map((key) => key.slice(this.keyPrefix.length)).filter(isSessionId)];
  }

  private async summaries(sessionIds: readonly string[]): Promise<SessionSummary[]> {
    const summaries = await Promise.all(sessionIds.map((sessionId) => this.summaryOf(sessionId)));
    return summaries.filter((summary) => summary !== undefined);
  }
}

function isScanPosition(value: unknown): value is ScanPosition {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [scanCursor, pending] = value as unknown[];
  return (
    typeof scanCursor === 'string' && isScanCursor(scanCursor) && Array.isArray(pending) && pending.every(isSessionId)
  );
}

/** The server counts in 64 bits and takes more for an error of its own. */
function isScanCursor(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) <= 0xffffffffffffffffn;
}
