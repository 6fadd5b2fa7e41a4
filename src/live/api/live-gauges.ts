import { Inject, Injectable } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { LiveHub } from '../hub/live-hub';
import { LiveGateway } from './live.gateway';

/** Who is there on the live channel of this process, and what it follows for them. */
@Injectable()
export class LiveGauges {
  constructor(@Inject(Registry) registry: Registry, gateway: LiveGateway, hub: LiveHub) {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    gauge('parley_live_sockets', 'Open sockets.', () => gateway.sockets);
    gauge(
      'parley_live_attachments',
      'Sessions that sockets are attached to, each once a socket.',
      () => gateway.attachments,
    );
    gauge(
      'parley_live_sessions',
      'Sessions whose changes are followed, also for who may come back.',
      () => hub.sessions,
    );
  }
}
