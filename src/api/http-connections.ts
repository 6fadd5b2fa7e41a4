import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { PARLEY_CONFIG, type ParleyConfig } from '../config/parley-config';

/**
 * Ends connections when the service stops: at once those that have no request under way, which Node takes for busy where
 * they have never had one (a health check, a browser's spare connection), the others with their answer, and after the
 * time for a shutdown whatever is left. Without it one silent connection would keep the service from ending.
 */
@Injectable()
export class HttpConnections implements BeforeApplicationShutdown {
  /** How many requests of each open connection are under way. */
  private readonly open = new Map<Socket, number>();
  private server: Server | undefined;
  private stopping = false;

  constructor(@Inject(PARLEY_CONFIG) private readonly config: Pick<ParleyConfig, 'shutdownTimeoutMs'>) {}

  watch(server: Server): void {
    this.server = server;
    server.on('connection', (socket: Socket) => {
      this.open.set(socket, 0);
      socket.once('close', () => this.open.delete(socket));
    });
    server.on('request', ({ socket }, response: ServerResponse) => {
      this.count(socket, 1);
      response.once('close', () => this.count(socket, -1));
    });
  }

  /** It carries another protocol from now on: who took it over ends it. */
  release(socket: Socket): void {
    this.open.delete(socket);
  }

  /** Doesn't wait: what else has to be done before the end goes on meanwhile. */
  beforeApplicationShutdown(): void {
    this.stopping = true;
    this.server?.close();
    for (const [socket, requests] of this.open) if (requests === 0) socket.destroy();
    setTimeout(() => this.open.forEach((_, socket) => socket.destroy()), this.config.shutdownTimeoutMs).unref();
  }

  private count(socket: Socket, change: 1 | -1): void {
    const requests = this.open.get(socket);
    if (requests === undefined) return;
    this.open.set(socket, requests + change);
    if (this.stopping && requests + change === 0) socket.end();
  }
}
