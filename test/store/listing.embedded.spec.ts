/** On the embedded store alone: how far a page looks is its own choice. In Redis it is a bounded number of SCANs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedSessionStore } from '../../src/store/embedded/embedded-session-store';
import { ManualClock } from '../support/manual-clock';

const FEW = 100;
const MANY = 5000;
const LIMIT = 20;

describe('a page of the embedded list', () => {
  let folder: string;
  const clock = new ManualClock();
  let store: EmbeddedSessionStore;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-list-'));
    store = await EmbeddedSessionStore.open({ folder, defaultTtlSeconds: 7200 }, clock);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const create = async (from: number, to: number, ttlSeconds: number) => {
    const ids = Array.from({ length: to - from }, (_, index) => `s${String(from + index).padStart(6, '0')}`);
    await Promise.all(ids.map((id) => store.create(id, ttlSeconds, { id: 'open', ops: [] })));
  };
  /** The quickest of many: what the work takes, without what others on the machine take. */
  const quickestMs = async () => {
    let quickest = Infinity;
    for (let round = 0; round < 100; round += 1) {
      const started = performance.now();
      await store.list(LIMIT);
      quickest = Math.min(quickest, performance.now() - started);
    }
    return quickest;
  };

  it('costs the same among many sessions as among few', async () => {
    await create(0, FEW, 10_000);
    await quickestMs();
    const amongFew = await quickestMs();
    await create(FEW, MANY, 60);
    // A list that looked at all of them would take some fifty times as long.
    expect(await quickestMs()).toBeLessThan(amongFew * 5 + 0.1);
  });

  it('looks at no more than a bounded number of sessions that have expired, and goes on behind them', async () => {
    clock.advance(61);
    await create(MANY, MANY + 1, 600);
    const found: string[] = [];
    let pages = 0;
    let cursor: string | undefined;
    do {
      const page = await store.list(LIMIT, cursor);
      found.push(...page.sessions.map(({ sessionId }) => sessionId));
      cursor = page.nextCursor ?? undefined;
      pages += 1;
    } while (cursor !== undefined);
    expect(found).toHaveLength(FEW + 1);
    expect(new Set(found).size).toBe(FEW + 1);
    expect(pages).toBeGreaterThan(MANY / (LIMIT * 4) - FEW);
    expect(pages).toBeLessThan(MANY / LIMIT);
  });
});
