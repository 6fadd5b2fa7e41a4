import { isSessionId } from '../../common/ids';
import { decodeCursor, encodeCursor } from '../cursor';
import type { SessionPage, SessionSummary } from '../session-store';
import type { RedisCommands } from './redis-commands';

/** SCAN steps a page may take: a keyspace full of other keys gives short pages, not slow ones. */
const MAX_SCANS = 64;
/** Keys a step looks at, at least. */
const MIN_COUNT = 10;
/** Cursors of the server: the one that it has not given yet, and the one that says that it has no more. */
const START = '';
const END = '0';

/**
 * Where a page ended: the server's cursor, ids of its last step that did not fit, and which server it is, by the first of
 * its slots and its run. A server that has taken over has another order: its keys are gone through from the start.
 */
type ScanPosition = readonly [scanCursor: string, pending: readonly string[], firstSlot: number, run: string];
const FIRST: ScanPosition = [START, [], 0, ''];

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
    let position = cursor === undefined ? FIRST : decodeCursor(cursor, isScanPosition);
    const sessions: SessionSummary[] = [];
    for (let scans = 0; sessions.length < limit; scans += 1) {
      const [scanCursor, pending, ...server] = position;
      const ids = pending.slice(0, limit - sessions.length);
      position = [scanCursor, pending.slice(ids.length), ...server];
      sessions.push(...(await this.summaries(ids)));
      if (ids.length < pending.length || sessions.length === limit) continue;
      if (scanCursor === END) return { sessions, nextCursor: null };
      if (scans === MAX_SCANS) break;
      position = await this.step(position, limit - sessions.length);
    }
    const isLast = position[0] === END && position[1].length === 0;
    return { sessions, nextCursor: isLast ? null : encodeCursor(position) };
  }

  /**
   * Looks at no more than is missing: what doesn't fit the page travels in the cursor, and that in a URL. Keys of what
   * belongs to no session stand under the same prefix: they are passed over.
   */
  private async step([scanCursor, , from, run]: ScanPosition, missing: number): Promise<ScanPosition> {
    const count = Math.max(missing, MIN_COUNT);
    const [[firstSlot, server] = [], following] = this.commands.servers().filter(([slot]) => slot >= from);
    if (firstSlot === undefined || server === undefined) return [END, [], from, run];
    const current = this.commands.runOf(server);
    const at = scanCursor === START || run !== current ? '0' : scanCursor;
    const [next, keys] = await this.commands.sendTo(server, (redis) =>
      redis.scan(at, 'MATCH', this.pattern, 'COUNT', count),
    );
    const ids = [...new Set(keys)].map((key) => key.slice(this.keyPrefix.length)).filter(isSessionId);
    if (next !== END || following === undefined) return [next, ids, firstSlot, current];
    return [START, ids, following[0], ''];
  }

  private async summaries(sessionIds: readonly string[]): Promise<SessionSummary[]> {
    const summaries = await Promise.all(sessionIds.map((sessionId) => this.summaryOf(sessionId)));
    return summaries.filter((summary) => summary !== undefined);
  }
}

function isScanPosition(value: unknown): value is ScanPosition {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [scanCursor, pending, firstSlot, run] = value as unknown[];
  return (
    (scanCursor === START || isScanCursor(scanCursor)) &&
    Array.isArray(pending) &&
    pending.every(isSessionId) &&
    Number.isInteger(firstSlot) &&
    typeof run === 'string'
  );
}

/** The server counts in 64 bits and takes more for an error of its own. */
function isScanCursor(text: unknown): boolean {
  return typeof text === 'string' && /^\d{1,20}$/.test(text) && BigInt(text) <= 0xffffffffffffffffn;
}
