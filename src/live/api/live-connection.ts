import { Logger } from '@nestjs/common';
import { type Caller, holdsRole } from '../../api/auth/api-key-authenticator';
import { problemOf } from '../../api/problem/problem';
import { type Clock, nowSeconds } from '../../common/clock';
import { ERROR_CATALOGUE } from '../../common/error-catalogue';
import { describeError } from '../../common/logging/describe-error';
import { ParleyError } from '../../common/parley-error';
import type { ParleyConfig } from '../../config/parley-config';
import type { OperationFilter } from '../../store/operation-filter';
import type { FleetSessions } from '../../fleet';
import type { PlaybackService } from '../../playback';
import type { SessionStore } from '../../store/session-store';
import type { ClientFrame, ClientFrameOf } from '../frames/client-frames';
import { frameId, parseFrame, readJson } from '../frames/parse-frame';
import type { TurnRunner } from '../turn-runner';
import type { LiveHub } from '../hub/live-hub';
import type { LiveMetrics } from '../live-metrics';
import { Attachment } from './attachment';
import { BatchWriter } from './batch-writer';
import { FleetWatcher } from './fleet-watcher';
import { CLOSE_CODES, type LiveSocket } from './live-socket';
import { OwnBatches } from './own-batches';
import { type PlaybackFrame, Player } from './player';
import { TurnTaker } from './turn-taker';

/** What all connections share. */
export interface LiveServices {
  readonly hub: LiveHub;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly limits: ParleyConfig['live'];
  readonly nextBatchId: () => string;
  readonly filter: OperationFilter;
  readonly playback: PlaybackService;
  readonly fleet: FleetSessions;
  /** Undefined where nothing here runs turns. */
  readonly turns: TurnRunner | undefined;
  readonly metrics: LiveMetrics;
}

/** Frames of one socket that may be under way; more of them wait unread in the network. */
const MAX_UNDER_WAY = 256;
/** Reading goes on when so few are left. */
const RESUME_AT = MAX_UNDER_WAY / 2;

/** One client: takes its frames in order and answers each. */
export class LiveConnection {
  private readonly logger = new Logger('Live');
  private readonly attachments = new Map<string, Attachment>();
  private readonly writer: BatchWriter;
  private readonly player: Player;
  private readonly turns: TurnTaker;
  private readonly list: FleetWatcher;
  /** Attaching and detaching one after another: an answer may be large, and waits until the one before has left. */
  private lane: Promise<void> = Promise.resolve();
  private badFrames = 0;
  private underWay = 0;
  private stopping = false;
  private whenIdle: (() => void) | undefined;

  constructor(
    private readonly socket: LiveSocket,
    private readonly caller: Caller,
    private readonly services: LiveServices,
  ) {
    this.player = new Player(socket, services.playback, services.nextBatchId());
    this.turns = new TurnTaker(socket, services.turns);
    this.list = new FleetWatcher(socket, services.fleet);
    this.writer = new BatchWriter(socket, services.store, services.nextBatchId, services.filter);
  }

  get sessions(): number {
    return this.attachments.size;
  }

  receive(data: Buffer, isBinary: boolean): void {
    if (!this.socket.isOpen) return;
    this.socket.isAlive();
    let id: string | null = null;
    let frame: ClientFrame;
    try {
      const value = readJson(data, isBinary);
      id = frameId(value);
      frame = parseFrame(value);
    } catch (error) {
      return this.refuseBadFrame(id, error);
    }
    this.services.metrics.received.count(frame.type);
    try {
      this.handle(frame);
    } catch (error) {
      this.refuse(frame.id, error);
    }
  }

  private refuseBadFrame(id: string | null, error: unknown): void {
    this.refuse(id, error);
    this.badFrames += 1;
    if (this.badFrames > this.services.limits.maxBadFrames) {
      this.socket.close(CLOSE_CODES.badFrames, 'too_many_bad_frames');
    }
  }

  private handle(frame: ClientFrame): void {
    switch (frame.type) {
      case 'ping':
        return this.socket.frame({ id: frame.id, type: 'pong', at: nowSeconds(this.services.clock) });
      case 'ops':
        return this.write(frame);
      case 'playback.next':
      case 'playback.done':
      case 'playback.failed':
        return this.play(frame);
      case 'turn.take':
        return this.takeTurn(frame);
      case 'turn.cancel':
        return this.turns.cancel(frame);
      case 'watchSessions':
        this.refuseWhenStopping();
        return this.list.watch(frame);
      case 'unwatchSessions':
        return this.list.unwatch(frame);
      case 'attach':
        return this.inLane(frame.id, () => this.attach(frame));
      case 'detach':
        return this.inLane(frame.id, () => this.detach(frame));
    }
  }

  private inLane(id: string, work: () => Promise<void>): void {
    this.refuseWhenStopping();
    this.begin();
    this.lane = this.lane
      .then(work)
      .catch((error: unknown) => this.refuse(id, error))
      .then(() => this.finish());
  }

  private async attach({ id, sessionId, fromRevision }: ClientFrameOf<'attach'>): Promise<void> {
    this.leave(sessionId);
    if (!this.socket.isOpen) return;
    const { maxSessions } = this.services.limits;
    if (this.attachments.size >= maxSessions) {
      throw new ParleyError('too_many_attachments', `A socket is attached to at most ${maxSessions} sessions.`);
    }
    const own = this.writer.underWay(sessionId) ?? new OwnBatches();
    const drop = (closed: Attachment) => {
      if (this.attachments.get(sessionId) === closed) this.attachments.delete(sessionId);
    };
    const attachment = new Attachment(sessionId, id, this.socket, own, drop);
    this.attachments.set(sessionId, attachment);
    try {
      await attachment.attach(this.services.hub, fromRevision);
    } catch (error) {
      drop(attachment);
      throw error;
    }
  }

  private async detach({ id, sessionId }: ClientFrameOf<'detach'>): Promise<void> {
    this.leave(sessionId);
    this.socket.frame({ id, type: 'detached', sessionId });
  }

  private leave(sessionId: string): void {
    this.attachments.get(sessionId)?.leave();
    this.attachments.delete(sessionId);
  }

  private write(frame: ClientFrameOf<'ops'>): void {
    this.refuseWithoutRole();
    this.follow(
      frame.id,
      this.writer.write(frame, () => this.attachments.get(frame.sessionId)?.own),
    );
  }

  private play(frame: PlaybackFrame): void {
    this.refuseWithoutRole();
    this.follow(frame.id, this.player.answer(frame));
  }

  private takeTurn(frame: ClientFrameOf<'turn.take'>): void {
    this.refuseWithoutRole();
    this.follow(frame.id, this.turns.take(frame));
  }

  private refuseWithoutRole(): void {
    this.refuseWhenStopping();
    if (holdsRole(this.caller, 'runtime')) return;
    throw new ParleyError('forbidden', 'This needs a key with the role runtime.');
  }

  private follow(id: string, work: Promise<void>): void {
    this.begin();
    void work.catch((error: unknown) => this.refuse(id, error)).finally(() => this.finish());
  }

  private begin(): void {
    this.underWay += 1;
    if (this.underWay >= MAX_UNDER_WAY) this.socket.pause();
  }

  private finish(): void {
    this.underWay -= 1;
    this.socket.isAlive();
    if (this.underWay <= RESUME_AT) this.socket.resume();
    if (this.underWay === 0) this.whenIdle?.();
  }

  private refuseWhenStopping(): void {
    if (this.stopping) throw new ParleyError('shutting_down', 'The service is shutting down.');
  }

  private refuse(id: string | null, error: unknown): void {
    const { code, status, title, detail = title, errors } = problemOf(error);
    if (status >= 500) this.logger.error({ msg: 'a frame failed', code, err: describeError(error) });
    this.services.metrics.refused.count(code);
    const { retryable } = ERROR_CATALOGUE[code];
    this.socket.frame({ id, type: 'error', code, detail, ...(errors && { errors: [...errors] }), retryable });
  }

  /** Says that the end is near, answers what is under way, and closes. */
  async goAway(): Promise<void> {
    this.stopping = true;
    this.socket.farewell('shutting_down');
    this.list.leave();
    this.turns.stop();
    if (this.underWay > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    this.socket.end(CLOSE_CODES.restart, 'shutting_down');
  }

  /** The socket is gone. */
  closed(): void {
    this.turns.stop();
    this.list.leave();
    for (const attachment of this.attachments.values()) attachment.leave();
    this.attachments.clear();
  }
}
