/** Two services on one cluster, as two processes have it: each its own connections, memos and sockets. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoService } from '../../src/memo';
import { LiveClient } from '../live/live-client';
import { RedisCluster } from '../support/redis-cluster';
import { TestService } from '../support/service';
import { uniquePrefix } from '../support/test-redis';
import { variablesOf } from '../support/topologies';
import { until } from '../support/until';

const SESSIONS = 12;
const IDLE_SECONDS = 8;

describe('two processes on a cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-cluster-'));
  let cluster: RedisCluster;
  let one: TestService;
  let two: TestService;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    const settings = { ...variablesOf(cluster.servers), KEY_PREFIX: uniquePrefix(), ARCHIVE_DIR: folder };
    one = await TestService.start('embedded', settings);
    two = await TestService.start('embedded', settings);
  });
  afterAll(async () => {
    await Promise.all([one?.close(), two?.close()]);
    await cluster?.stop();
    rmSync(folder, { recursive: true });
  });

  const memosOf = (service: TestService) => service.app.get(MemoService, { strict: false });

  it('see each other’s interruptions in their memos, wherever the sessions lie', async () => {
    for (let index = 0; index < SESSIONS; index += 1) {
      const sessionId = await one.open();
      const [mine, theirs] = [await memosOf(one).restore(sessionId), await memosOf(two).restore(sessionId)];
      mine.setTtsInterrupted(true);
      await mine.persist();
      await until(() => theirs.isTtsInterrupted());
      theirs.setTtsInterrupted(false);
      await theirs.persist();
      await until(() => !mine.isTtsInterrupted());
      expect([mine.epoch, theirs.epoch]).toEqual([1, 1]);
      await Promise.all([memosOf(one).release(mine), memosOf(two).release(theirs)]);
      await one.delete(`/v1/sessions/${sessionId}`);
    }
  });

  it('push changes and interruptions to each other’s sockets, and the end', async () => {
    const ids = await Promise.all(Array.from({ length: SESSIONS }, () => one.open()));
    const client = await LiveClient.open(two);
    for (const sessionId of ids) await client.attach(sessionId);
    for (const sessionId of ids) {
      await one.apply(sessionId, { op: 'append', agent: 'Front', role: 'user', content: 'hello' });
      await client.next('change', { sessionId, revision: 2 });
      await one.apply(sessionId, { op: 'setInterrupted', value: true });
      await client.next('interrupted', { sessionId, value: true });
      await one.delete(`/v1/sessions/${sessionId}`);
      await client.next('closed', { sessionId, reason: 'session_ended' });
    }
    await client.close();
  });

  it('list every session, of all primaries', async () => {
    const ids = await Promise.all(Array.from({ length: SESSIONS }, () => one.open()));
    const found: string[] = [];
    let cursor: string | null = '';
    do {
      const answer: { sessions: { sessionId: string }[]; nextCursor: string | null } = (
        await two.get<{ sessions: { sessionId: string }[]; nextCursor: string | null }>(
          `/v1/sessions?limit=5${cursor && `&cursor=${cursor}`}`,
        )
      ).body;
      found.push(...answer.sessions.map(({ sessionId }) => sessionId));
      cursor = answer.nextCursor;
    } while (cursor);
    expect(found.sort()).toEqual([...ids].sort());
    await Promise.all(ids.map((id) => two.delete(`/v1/sessions/${id}`)));
  });

  it('count the latency of the fleet together, and archive what expires once', async () => {
    const ids = await Promise.all([one, two].map((service) => service.open({ ttlSeconds: IDLE_SECONDS })));
    for (const [index, service] of [one, two].entries()) {
      await service.apply(ids[index] ?? '', { op: 'recordLatency', stage: 'llm', seconds: 0.25 });
    }
    const counted = async (service: TestService) =>
      (await service.get<{ stages: { llm?: { count: number } } }>('/v1/latency/fleet')).body.stages.llm?.count;
    await until(async () => (await counted(one)) === 2 && (await counted(two)) === 2, 5000);

    const isThere = async (id: string) => (await one.get(`/v1/sessions/${id}`)).status === 200;
    await until(async () => !(await isThere(ids[0] ?? '')) && !(await isThere(ids[1] ?? '')), 3 * IDLE_SECONDS * 1000);
    const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n'));
    const kept = lines.map((line) => JSON.parse(line) as { sessionId: string; revision: number });
    expect(
      kept
        .filter(({ sessionId }) => ids.includes(sessionId))
        .map(({ sessionId }) => sessionId)
        .sort(),
    ).toEqual([...ids].sort());
  }, 60_000);
});
