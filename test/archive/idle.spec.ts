import { until } from '../support/until';
import { onBothStores } from './idle.harness';

const TTL_SECONDS = 100;
/** From the opening to a time at which the session is looked at: within the margin of half a minute. */
const IN_MARGIN = TTL_SECONDS - 25;

onBothStores('sessions that end by silence', (world) => {
  const sum = (left: Readonly<Record<string, number>>, right: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(left).map(([name, count]) => [name, count + (right[name] ?? 0)]));
  const outcomes = async () => sum(await world().one.outcomes(), await world().two.outcomes());
  const isGone = (sessionId: string) =>
    world()
      .harness.store.load(sessionId)
      .then(
        () => false,
        () => true,
      );

  it('are archived shortly before, once, and left to expire', async () => {
    const { one, harness, archive, pass } = world();
    const endedAt = harness.now() + TTL_SECONDS;
    await one.open('call', TTL_SECONDS);
    await pass(TTL_SECONDS - 35);
    expect(archive.lines).toEqual([]);
    await pass(10);
    expect(archive.lines).toEqual([{ sessionId: 'call', revision: 1, endedAt }]);
    expect(await isGone('call')).toBe(false);
    await pass(30);
    await pass(30);
    expect(await isGone('call')).toBe(true);
    expect(archive.ids).toEqual(['call']);
    expect(await outcomes()).toMatchObject({ archived: 1, gone: 1, kept: 0, failed: 0, lost: 0 });
  });

  it('are archived at their real end where they were kept alive', async () => {
    const { one, two, archive, pass } = world();
    await one.open('call', TTL_SECONDS);
    for (let turn = 0; turn < 5; turn += 1) {
      await pass(60);
      await two.apply('call', { op: 'setContext', key: 'turn', value: turn });
    }
    expect(archive.lines).toEqual([]);
    await pass(IN_MARGIN);
    expect(archive.lines).toMatchObject([{ sessionId: 'call', revision: 6 }]);
    await pass(60);
    expect(archive.ids).toEqual(['call']);
  });

  it('are archived again, under a later revision, where they go on after all', async () => {
    const { one, archive, pass } = world();
    await one.open('call', TTL_SECONDS);
    await pass(IN_MARGIN);
    await one.apply('call', { op: 'setContext', key: 'late', value: true });
    for (let step = 0; step < 12; step += 1) await pass(10);
    expect(archive.lines).toMatchObject([{ revision: 1 }, { revision: 2 }]);
  });

  it('are each archived exactly once, whichever processes look', async () => {
    const { one, two, archive, pass } = world();
    const ids = Array.from({ length: 40 }, (_, index) => `call-${index}`);
    for (const [index, id] of ids.entries()) {
      await (index % 2 === 0 ? one : two).open(id, 20 + (index % 7) * 10);
      if (index % 4 === 0) await pass(2);
    }
    for (let step = 0; step < 55; step += 1) await pass(2);
    expect([...archive.ids].sort()).toEqual([...ids].sort());
    expect(await outcomes()).toMatchObject({ archived: 40, gone: 40, failed: 0, lost: 0, unreadable: 0 });
  });

  it('are archived by another process where one dies in the middle', async () => {
    const { one, two, archive, advance } = world();
    const ids = Array.from({ length: 200 }, (_, index) => `call-${index}`);
    for (const id of ids) await one.open(id, TTL_SECONDS);
    await one.archivist.lookAround();
    await advance(IN_MARGIN);
    // It is never heard of again after its hundredth read: neither of the sessions, nor by the store.
    const dying = one.archivist.lookAround();
    await until(() => archive.lines.length >= 64);
    one.store.loads.hold();
    await until(() => one.store.loads.waiting === 4);
    const before = archive.lines.length;
    await two.archivist.lookAround();
    expect(archive.lines.length).toBe(before);
    await advance(16);
    await two.archivist.lookAround();
    expect(new Set(archive.ids)).toEqual(new Set(ids));
    expect(archive.lines.length).toBeLessThan(ids.length + 64);
    one.outage.away = true;
    one.store.loads.open();
    await dying;
  });

  it('are left to another process by one that stops', async () => {
    const { one, two, archive, advance } = world();
    const ids = Array.from({ length: 200 }, (_, index) => `call-${index}`);
    for (const id of ids) await one.open(id, TTL_SECONDS);
    await one.archivist.lookAround();
    await advance(IN_MARGIN);
    const working = one.archivist.lookAround();
    await until(() => archive.lines.length >= 64);
    await one.stop();
    await working;
    expect(archive.lines.length).toBeLessThan(200);
    await advance(16);
    await two.archivist.lookAround();
    expect([...archive.ids].sort()).toEqual([...ids].sort());
  });

  it('are tried again while the archive is away, and said to be lost where it stays away', async () => {
    const { one, two, archive, log, pass, advance } = world();
    one.archiveOutage.away = two.archiveOutage.away = true;
    for (const id of ['one', 'two', 'three']) await one.open(id, TTL_SECONDS);
    await one.open('ended', TTL_SECONDS);
    await one.store.end('ended');
    await pass(0);
    await pass(IN_MARGIN);
    await pass(2);
    expect(archive.lines).toEqual([]);
    expect(await outcomes()).toMatchObject({ failed: 3, gone: 1, lost: 0 });
    one.archiveOutage.away = two.archiveOutage.away = false;
    await pass(2);
    expect([...archive.ids].sort()).toEqual(['one', 'three', 'two']);

    one.archiveOutage.away = two.archiveOutage.away = true;
    await one.open('late', TTL_SECONDS);
    await pass(IN_MARGIN);
    await pass(20);
    await advance(10);
    await pass(16);
    expect((await outcomes())['lost']).toBe(1);
    expect(log).toContainEqual(
      expect.objectContaining({ level: 'error', msg: expect.stringContaining('expired') as string, sessionId: 'late' }),
    );
    expect(log.filter(({ sessionId }) => sessionId === 'ended')).toEqual([]);
  });

  it('are noted when the store is back, and looked at late rather than never', async () => {
    const { one, two, archive, pass } = world();
    one.outage.away = true;
    await one.open('unnoted', TTL_SECONDS);
    await pass(20);
    one.outage.away = false;
    await two.open('noted', TTL_SECONDS);
    await pass(50);
    one.outage.away = two.outage.away = true;
    await pass(6);
    expect(archive.lines).toEqual([]);
    one.outage.away = two.outage.away = false;
    await pass(4);
    expect(archive.ids).toEqual(['unnoted']);
    await pass(17);
    expect(archive.ids).toEqual(['unnoted', 'noted']);
  });

  it('are warned of where nobody looked until they were gone', async () => {
    const { one, log, advance, pass } = world();
    await one.open('call', TTL_SECONDS);
    await advance(TTL_SECONDS + 20);
    await pass(0);
    expect(log).toContainEqual(expect.objectContaining({ level: 'warn', sessions: 1 }));
  });

  it('are told from those that live shortly but are used', async () => {
    const { one, archive, pass } = world();
    await one.open('call', 10);
    for (let turn = 0; turn < 15; turn += 1) {
      await pass(2);
      await one.apply('call', { op: 'setContext', key: 'turn', value: turn });
    }
    expect(archive.lines).toEqual([]);
    for (let second = 0; second < 9; second += 1) await pass(1);
    expect(archive.lines).toMatchObject([{ sessionId: 'call', revision: 16 }]);
  });

  it('are followed from the first write where an older service had them', async () => {
    const { two, harness, archive, pass } = world();
    await harness.writeLegacy('older', { corememory: '{"a":1}' });
    await two.apply('older', { op: 'setContext', key: 'b', value: 2 });
    await pass(7200 - 25);
    expect(archive.lines).toMatchObject([{ sessionId: 'older', revision: 1 }]);
  });

  it('that cannot be read do not keep others waiting', async () => {
    const { one, harness, archive, log, pass } = world();
    await one.open('broken', TTL_SECONDS);
    await one.open('whole', TTL_SECONDS);
    await harness.corrupt('broken', 'm:1:Front', '{');
    await pass(IN_MARGIN);
    expect(archive.ids).toEqual(['whole']);
    expect(await outcomes()).toMatchObject({ archived: 1, unreadable: 1 });
    expect(log).toContainEqual(expect.objectContaining({ level: 'error', sessionId: 'broken' }));
  });

  it('are read few at a time, however many end together', async () => {
    const { one, archive, advance } = world();
    await Promise.all(Array.from({ length: 1000 }, (_, index) => one.open(`call-${index}`, TTL_SECONDS)));
    await one.archivist.lookAround();
    const { calls } = one.store.loads;
    let mostInATurn = 0;
    let isDone = false;
    const others = (async () => {
      while (!isDone) {
        const before = calls.length;
        await new Promise((resolve) => setImmediate(resolve));
        mostInATurn = Math.max(mostInATurn, calls.length - before);
      }
    })();
    await advance(IN_MARGIN);
    await one.archivist.lookAround();
    isDone = true;
    await others;
    expect(archive.lines).toHaveLength(1000);
    expect(one.store.loads.mostAtOnce).toBeLessThanOrEqual(4);
    expect(mostInATurn).toBeLessThanOrEqual(8);
  });
});
