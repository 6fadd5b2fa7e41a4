import { Random } from '../../src/programs/random';
import { percentile } from '../bench/measure';
import { Arrivals } from './arrivals';
import type { TurnCost } from './costs';

/** How long a process keeps a core while others wait for one. */
const SLICE_MS = 3;
/** As the generator does it: turns that are under way, in seconds of the rate, after which a step is ended. */
const OVERLOAD_SECONDS = 0.4;
/** Of a process's time for a turn, what comes before the turn goes on to the next process. */
const FIRST_SHARE = { generator: 0.5, service: 0.6 } as const;

export interface SimulatedStep {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly isOverloaded: boolean;
}

interface Task {
  readonly startedMs: number;
  /** Where its turn is on its way. */
  readonly stage: number;
}

/** A process: one task at a time, in the order in which they came, and only while it has a core. */
class Server {
  readonly queue: Task[] = [];
  hasCore = false;
  /** All of its time on a core; who has had least is next, as the kernel has it. */
  usedMs = 0;
}

interface Core {
  server: Server | undefined;
  endsMs: number;
  /** When the server's slice is over. */
  sliceEndsMs: number;
}

interface Stage {
  readonly server: Server;
  readonly meanMs: number;
}

/**
 * A queueing simulation of the machine that is measured: turns come by chance and pass the generator, a service, Redis,
 * the service and the generator again. Each of these is a process, fewer cores than processes, and times on a core are
 * exponential around what was measured. It knows nothing of collections of garbage, nor of what else the machine does.
 */
export class Simulation {
  private readonly random: Random;
  private readonly cores: readonly Core[];
  private readonly servers: readonly Server[];
  /** By the service that a turn goes to. */
  private readonly ways: readonly (readonly Stage[])[];
  private readonly times: number[] = [];
  private nowMs = 0;
  private underWay = 0;

  constructor(cost: TurnCost, processes: number, cores: number, seed: string) {
    this.random = new Random(seed);
    this.cores = Array.from({ length: cores }, () => ({ server: undefined, endsMs: Infinity, sliceEndsMs: 0 }));
    const [generator, redis] = [new Server(), new Server()];
    const services = Array.from({ length: processes }, () => new Server());
    this.servers = [generator, ...services, redis];
    const stage = (server: Server, micros: number, share: number) => ({ server, meanMs: (micros * share) / 1000 });
    this.ways = services.map((service) => [
      stage(generator, cost.generatorMicros, FIRST_SHARE.generator),
      stage(service, cost.serviceMicros, FIRST_SHARE.service),
      stage(redis, cost.redisMicros, 1),
      stage(service, cost.serviceMicros, 1 - FIRST_SHARE.service),
      stage(generator, cost.generatorMicros, 1 - FIRST_SHARE.generator),
    ]);
  }

  /** Runs once. @param warmUpSeconds before the turns that count */
  run(perSecond: number, seconds: number, warmUpSeconds = 1): SimulatedStep {
    const arrivals = new Arrivals(perSecond, this.random);
    const [fromMs, endMs] = [warmUpSeconds * 1000, (warmUpSeconds + seconds) * 1000];
    let isOverloaded = false;
    while (!isOverloaded && (this.underWay > 0 || arrivals.nextMs < endMs)) {
      const core = this.cores.reduce((first, other) => (other.endsMs < first.endsMs ? other : first));
      const arrivesMs = arrivals.nextMs < endMs ? arrivals.nextMs : Infinity;
      if (arrivesMs <= core.endsMs) this.arrive(arrivals.take());
      else this.complete(core, fromMs);
      isOverloaded = this.underWay > perSecond * OVERLOAD_SECONDS;
    }
    return { p50Ms: this.percentile(0.5), p99Ms: this.percentile(0.99), isOverloaded };
  }

  private percentile(share: number): number {
    return this.times.length === 0 ? Infinity : percentile(this.times, share);
  }

  private arrive(moment: number): void {
    this.nowMs = moment;
    this.underWay += 1;
    const way = Math.floor(this.random.next() * this.ways.length);
    this.enqueue({ startedMs: moment, stage: way * STAGES });
  }

  private complete(core: Core, fromMs: number): void {
    this.nowMs = core.endsMs;
    const { server } = core;
    const task = server?.queue.shift();
    if (!server || !task) throw new Error('A core ran nothing.');
    this.proceed(task, fromMs);
    const othersWait = this.servers.some((other) => !other.hasCore && other.queue.length > 0);
    const goesOn = server.queue.length > 0 && (!othersWait || this.nowMs < core.sliceEndsMs);
    if (goesOn) return this.start(core, server);
    server.hasCore = false;
    core.server = undefined;
    core.endsMs = Infinity;
    this.fillCores();
  }

  private proceed({ startedMs, stage }: Task, fromMs: number): void {
    if (stage % STAGES < STAGES - 1) return this.enqueue({ startedMs, stage: stage + 1 });
    this.underWay -= 1;
    if (startedMs >= fromMs) this.times.push(this.nowMs - startedMs);
  }

  private enqueue(task: Task): void {
    this.stageOf(task).server.queue.push(task);
    this.fillCores();
  }

  private fillCores(): void {
    for (const core of this.cores) {
      if (core.server) continue;
      const waiting = this.servers.filter(({ hasCore, queue }) => !hasCore && queue.length > 0);
      if (waiting.length === 0) return;
      const next = waiting.reduce((least, other) => (other.usedMs < least.usedMs ? other : least));
      next.hasCore = true;
      core.server = next;
      core.sliceEndsMs = this.nowMs + SLICE_MS;
      this.start(core, next);
    }
  }

  private start(core: Core, server: Server): void {
    const { meanMs } = this.stageOf(server.queue[0] as Task);
    const tookMs = -Math.log(1 - this.random.next()) * meanMs;
    server.usedMs += tookMs;
    core.endsMs = this.nowMs + tookMs;
  }

  private stageOf({ stage }: Task): Stage {
    return this.ways[Math.floor(stage / STAGES)]?.[stage % STAGES] as Stage;
  }
}

/** Of a turn's way. */
const STAGES = 5;
