import { Inject, Injectable } from '@nestjs/common';
import { Histogram, Registry } from 'prom-client';
import { OTHER_NAMES } from '../../latency';
import type { ToolFailureCode } from './tool';

/** From a look-up in memory to the longest that a caller waits. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 5, 8, 15, 30];

/** How long tools take, for Prometheus. A label is a registered tool: a name that a model made up is counted as `other`. */
@Injectable()
export class ToolMetrics {
  private readonly seconds: Histogram;

  constructor(@Inject(Registry) registry: Registry) {
    this.seconds = new Histogram({
      name: 'parley_tool_seconds',
      help: 'Calls of tools, by tool and by how they ended.',
      labelNames: ['tool', 'outcome'],
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  observe(tool: string | undefined, outcome: 'ok' | ToolFailureCode, seconds: number): void {
    this.seconds.observe({ tool: tool ?? OTHER_NAMES, outcome }, seconds);
  }
}
