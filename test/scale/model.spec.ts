import { carries, cellLimits, cells, cellSize, firstToSaturate, type ModelInput, needs } from './model';

const INPUT: ModelInput = {
  turn: {
    serviceMicros: 300,
    redisMicros: 60,
    generatorMicros: 40,
    clientBytes: 1500,
    redisBytes: 1500,
    redisCommands: 2,
  },
  call: { memoBytes: 20_000, sessionBytes: 10_000, secondsATurn: 5, turnsACall: 16 },
  shared: { noteMicros: 20, counterMicros: 0.5 },
};

describe('the capacity model', () => {
  it('gives what one of each part carries', () => {
    const parts = new Map(carries(INPUT).map(({ part, ...carried }) => [part, carried]));
    expect(parts.get('core of a service')).toEqual({ turnsASecond: 2000, calls: 10_000 });
    expect(parts.get('core of a Redis shard')).toEqual({ turnsASecond: 10_000, calls: 50_000 });
    expect(parts.get('link of services, 10 Gbit/s')).toEqual({ turnsASecond: 250_000, calls: 1_250_000 });
    expect(parts.get('memory of a Redis shard, 16 GiB')?.calls).toBeCloseTo(1_030_792, 0);
  });

  it('says which part saturates first', () => {
    expect(firstToSaturate(INPUT).part).toBe('core of a service');
    expect(firstToSaturate(INPUT, /shard/).part).toBe('core of a Redis shard');
    const heavy = { ...INPUT, call: { ...INPUT.call, sessionBytes: 1e6 } };
    expect(firstToSaturate(heavy, /shard/).part).toBe('memory of a Redis shard, 16 GiB');
  });

  it('counts the sessions that nobody ends', () => {
    const { redisGiB, expiringGiB } = needs(INPUT, 1e6);
    expect(expiringGiB / redisGiB).toBeCloseTo(7200 / (5 * 16));
  });

  it('gives what calls need, and whole parts', () => {
    expect(needs(INPUT, 10_000)).toMatchObject({
      turnsASecond: 2000,
      callsASecond: 125,
      processes: 1,
      shards: 1,
      gigabits: 0.048,
    });
    expect(needs(INPUT, 1e6)).toMatchObject({ processes: 100, shards: 20, connectionsAShard: 300 });
  });

  it('takes processes and shards by what is used up first, time or memory', () => {
    const heavy = { ...INPUT, call: { ...INPUT.call, memoBytes: 1e6, sessionBytes: 1e6 } };
    expect(needs(heavy, 1e6).processes).toBe(Math.ceil(1e12 / (2 ** 30 * 0.7)));
    expect(needs(heavy, 1e6).shards).toBe(Math.ceil(1e12 / (2 ** 34 * 0.6)));
  });

  it('divides into cells before any limit of one is reached', () => {
    const [narrowest] = cellLimits(INPUT);
    const size = cellSize(INPUT);
    expect(size).toBe((narrowest?.calls ?? 0) / 2);
    expect(needs(INPUT, size).connectionsAShard).toBeLessThan(10_000);
    expect(needs(INPUT, size).archiveKeyShare).toBeLessThan(0.2);
    expect(cells(INPUT, size)).toBe(1);
    expect(cells(INPUT, size * 9.5)).toBe(10);
  });
});
