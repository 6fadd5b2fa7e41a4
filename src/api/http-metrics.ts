import { Inject, Injectable } from '@nestjs/common';
import { Histogram, Registry } from 'prom-client';

/** How long requests took, by route; unknown paths share one label, so that nobody can fill the registry. */
@Injectable()
export class HttpMetrics {
  private readonly seconds: Histogram;

  constructor(@Inject(Registry) registry: Registry) {
    this.seconds = new Histogram({
      name: 'parley_http_request_seconds',
      help: 'HTTP requests, by method, route and status.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [registry],
    });
  }

  observe(method: string, route: string | undefined, status: number, elapsedMs: number): void {
    this.seconds.observe({ method, route: route ?? 'unknown', status }, elapsedMs / 1000);
  }
}
