import { Inject, Injectable } from '@nestjs/common';
import { Histogram, Registry } from 'prom-client';
import type { ErrorCode } from '../common/error-catalogue';
import { Tally } from '../common/metrics/tally';
import { CLIENT_FRAMES, type ClientFrameType } from './frames/client-frames';
import { SERVER_FRAMES, type ServerFrameType } from './frames/server-frames';

/**
 * Why a socket is gone. `client`: it left or its connection broke; `slow_reader`, `bad_frames`, `shutting_down`: the
 * service closed it; `dead_peer`: it gave no sign of life.
 */
export const SOCKET_ENDS = ['client', 'slow_reader', 'bad_frames', 'dead_peer', 'shutting_down'] as const;
export type SocketEnd = (typeof SOCKET_ENDS)[number];

/** What passes over the live channel, for Prometheus. */
@Injectable()
export class LiveMetrics {
  readonly received: Tally<ClientFrameType>;
  readonly sent: Tally<ServerFrameType>;
  readonly refused: Tally<ErrorCode>;
  readonly closed: Tally<SocketEnd>;
  private readonly pushes: Histogram;

  constructor(@Inject(Registry) registry: Registry) {
    this.received = new Tally(registry, {
      name: 'parley_live_frames_received_total',
      help: 'Frames of clients that were understood, by type.',
      label: 'type',
      values: Object.keys(CLIENT_FRAMES) as ClientFrameType[],
    });
    this.sent = new Tally(registry, {
      name: 'parley_live_frames_sent_total',
      help: 'Frames sent to clients, by type.',
      label: 'type',
      values: Object.keys(SERVER_FRAMES) as ServerFrameType[],
    });
    this.refused = new Tally(registry, {
      name: 'parley_live_frames_refused_total',
      help: 'Frames that were refused or whose work failed, by error code.',
      label: 'code',
    });
    this.closed = new Tally(registry, {
      name: 'parley_live_sockets_closed_total',
      help: 'Sockets that are gone, by reason.',
      label: 'reason',
      values: SOCKET_ENDS,
    });
    this.pushes = new Histogram({
      name: 'parley_live_push_seconds',
      help: 'From the time at which a change was applied, on the clock of its writer, to its push to the sockets.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
      registers: [registry],
    });
  }

  /** Of a change, however many sockets it goes to. Clocks differ: none is pushed before it was applied. */
  pushed(seconds: number): void {
    this.pushes.observe(Math.max(seconds, 0));
  }
}
