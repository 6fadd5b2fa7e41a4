import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  Optional,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type OnGatewayConnection, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { CLOCK, type Clock } from '../../common/clock';
import { idSequence } from '../../common/ids';
import { PARLEY_CONFIG, type ParleyConfig } from '../../config/parley-config';
import { OPERATION_FILTER, type OperationFilter } from '../../store/operation-filter';
import { FleetSessions } from '../../fleet';
import { PlaybackService } from '../../playback';
import { SESSION_STORE, type SessionStore } from '../../store/session-store';
import { LiveHub } from '../hub/live-hub';
import { LiveMetrics } from '../live-metrics';
import { TURN_RUNNER, type TurnRunner } from '../turn-runner';
import { LiveAccess } from './live-access';
import { LiveConnection, type LiveServices } from './live-connection';
import { LiveSocket } from './live-socket';

/** Clients that have been told of the end have so long to answer a close. */
const CLOSING_MS = 1000;

interface Peer {
  readonly socket: LiveSocket;
  readonly connection: LiveConnection;
}

/** The sockets of this process, from their opening to their end. */
@Injectable()
@WebSocketGateway({ path: '/v1/live' })
export class LiveGateway implements OnGatewayConnection<WebSocket>, OnModuleDestroy, BeforeApplicationShutdown {
  private readonly logger = new Logger('Live');
  private readonly peers = new Set<Peer>();
  private readonly services: LiveServices;
  private heartbeats: NodeJS.Timeout | undefined;
  private whenEmpty: (() => void) | undefined;
  private leaving: Promise<unknown> | undefined;

  constructor(
    private readonly access: LiveAccess,
    private readonly hub: LiveHub,
    private readonly metrics: LiveMetrics,
    @Inject(SESSION_STORE) store: SessionStore,
    @Inject(CLOCK) clock: Clock,
    @Inject(PARLEY_CONFIG) private readonly config: ParleyConfig,
    playback: PlaybackService,
    fleet: FleetSessions,
    @Optional() @Inject(OPERATION_FILTER) filter: OperationFilter = (ops) => ops,
    @Optional() @Inject(TURN_RUNNER) turns?: TurnRunner,
  ) {
    const shared = { hub, store, clock, filter, playback, fleet, metrics, turns };
    this.services = { ...shared, limits: config.live, nextBatchId: idSequence() };
  }

  get sockets(): number {
    return this.peers.size;
  }

  get attachments(): number {
    return [...this.peers].reduce((sum, { connection }) => sum + connection.sessions, 0);
  }

  handleConnection(client: WebSocket, request: IncomingMessage): void {
    const socket = new LiveSocket(client, this.config.live.maxQueueBytes, this.metrics);
    const connection = new LiveConnection(socket, this.access.callerOf(request), this.services);
    const peer = { socket, connection };
    this.peers.add(peer);
    client.on('message', (data: Buffer, isBinary) => connection.receive(data, isBinary));
    client.once('close', () => this.gone(peer));
    this.beat();
    // It was let in before the end began.
    if (this.leaving) void connection.goAway();
  }

  private gone(peer: Peer): void {
    this.peers.delete(peer);
    peer.connection.closed();
    this.metrics.closed.count(peer.socket.endedBy);
    if (this.peers.size === 0) this.whenEmpty?.();
  }

  /** One timer for all sockets. */
  private beat(): void {
    this.heartbeats ??= setInterval(() => {
      for (const { socket } of this.peers) socket.heartbeat();
    }, this.config.live.heartbeatSeconds * 1000).unref();
  }

  /** Tells everybody as soon as the end begins, and doesn't wait: other parts of the service end meanwhile. */
  onModuleDestroy(): void {
    this.access.stop();
    this.leaving = Promise.all([...this.peers].map(({ connection }) => connection.goAway()));
  }

  /** In this phase, because the store closes in the one after it. */
  async beforeApplicationShutdown(): Promise<void> {
    await withinMs(this.leaving, this.config.shutdownTimeoutMs);
    const empty = this.peers.size === 0 ? undefined : new Promise<void>((resolve) => (this.whenEmpty = resolve));
    await withinMs(empty, CLOSING_MS);
    if (this.peers.size > 0) this.logger.warn({ msg: 'sockets did not close in time', sockets: this.peers.size });
    for (const { socket } of this.peers) socket.terminate('shutting_down');
    clearInterval(this.heartbeats);
    await this.hub.close();
  }
}

/** Waits, but not for longer. */
async function withinMs(work: Promise<unknown> | undefined, limitMs: number): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(limitMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}
