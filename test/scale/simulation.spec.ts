import { Simulation } from './simulation';

/** Turns that take a service so many microseconds and nobody else any time. */
function cost(serviceMicros: number, others = 0) {
  return {
    serviceMicros,
    redisMicros: others,
    generatorMicros: others,
    clientBytes: 0,
    redisBytes: 0,
    redisCommands: 0,
  };
}

describe('the queueing simulation', () => {
  it('agrees with what is known of one server and exponential times', () => {
    // Both visits are one place: a queue with two stages of 0.6 and 0.4 ms, whose times in all add up as in M/M/1 nearly.
    const { p50Ms } = new Simulation(cost(1000), 1, 1, 'known').run(500, 400);
    const known = (Math.LN2 * 1) / (1 - 0.5);
    expect(p50Ms).toBeGreaterThan(known * 0.85);
    expect(p50Ms).toBeLessThan(known * 1.25);
  });

  it('holds no more than the server can do', () => {
    expect(new Simulation(cost(1000), 1, 2, 'a').run(900, 60).p99Ms).toBeLessThan(100);
    expect(new Simulation(cost(1000), 1, 2, 'a').run(1100, 60).isOverloaded).toBe(true);
  });

  it('holds twice as much with two servers as long as there are cores, and no more than all cores can do', () => {
    expect(new Simulation(cost(1000), 2, 2, 'b').run(1800, 30).isOverloaded).toBe(false);
    expect(new Simulation(cost(1000), 4, 2, 'b').run(2200, 30).isOverloaded).toBe(true);
    expect(new Simulation(cost(1000, 500), 2, 2, 'b').run(1100, 30).isOverloaded).toBe(true);
  });

  it('is the same for the same seed', () => {
    const run = () => new Simulation(cost(700, 100), 2, 2, 'c').run(1500, 5);
    expect(run()).toEqual(run());
  });
});
