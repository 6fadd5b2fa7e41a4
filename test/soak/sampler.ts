import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { percentile } from '../bench/measure';
import type { BenchProcess } from '../bench/processes';
import type { Done } from './load';
import type { Sample } from './slope';

/** A collection takes a moment, and the figures of a scrape are then of what is really held. */
const AFTER_COLLECTION_MS = 300;
const PROCESS_FIGURES = {
  heap: 'nodejs_heap_size_used_bytes',
  resident: 'process_resident_memory_bytes',
  handles: 'nodejs_active_handles_total',
} as const;

export interface SoakedService extends BenchProcess {
  readonly address: string;
}

/** What is measured of a run, by name, as it goes on. */
export class Sampler {
  readonly series = new Map<string, Sample[]>();
  private readonly startedMs = performance.now();

  constructor(
    private readonly services: readonly SoakedService[],
    private readonly redis: Redis,
    private readonly done: Done,
  ) {}

  get seconds(): number {
    return (performance.now() - this.startedMs) / 1000;
  }

  async sample(): Promise<void> {
    for (const [index, service] of this.services.entries()) {
      process.kill(service.pid, 'SIGUSR2');
      await sleep(AFTER_COLLECTION_MS);
      const metrics = await scrape(service.address);
      for (const [name, metric] of Object.entries(PROCESS_FIGURES)) {
        this.add(`service ${index}: ${name}`, valueOf(metrics, metric));
      }
    }
    const memory = /used_memory:(\d+)/.exec(await this.redis.info('memory'))?.[1];
    this.add('Redis: memory', Number(memory));
    this.add('Redis: keys', await this.redis.dbsize());
    const turnMs = this.done.turnMs.splice(0);
    if (turnMs.length === 0) return;
    this.add('turn: p50', percentile(turnMs, 0.5));
    this.add('turn: p99', percentile(turnMs, 0.99));
  }

  private add(name: string, value: number): void {
    const samples = this.series.get(name) ?? [];
    this.series.set(name, samples);
    samples.push({ seconds: this.seconds, value });
  }
}

export async function scrape(address: string): Promise<string> {
  return (await fetch(`http://${address}/metrics`)).text();
}

/** The sum over all labels. */
export function valueOf(metrics: string, name: string): number {
  const lines = [...metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))];
  return lines.reduce((sum, [, value]) => sum + Number(value), 0);
}
