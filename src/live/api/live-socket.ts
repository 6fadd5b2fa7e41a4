import { WebSocket } from 'ws';
import type { ServerFrame, ServerFrameType, SocketClosedReason } from '../frames/server-frames';
import type { LiveMetrics, SocketEnd } from '../live-metrics';

/** Close codes of the channel; those below 4000 are RFC 6455's. */
export const CLOSE_CODES = { restart: 1012, badFrames: 4400, slowReader: 4408 } as const;
/** Heartbeats without a sign of life after which a peer is taken for dead. */
const MISSED_HEARTBEATS = 2;
/** When to come back: at least this, and spread over as much again, so that not all come at once. */
const RECONNECT_AFTER_SECONDS = 1;

/** Writes frames to one client, with a bound on what waits for it to read. */
export class LiveSocket {
  /** Bytes of whole sessions that wait: their senders wait for them, so they don't count against the bound. */
  private waitedForBytes = 0;
  private missedHeartbeats = 0;
  private closing = false;
  private ender: SocketEnd = 'client';

  constructor(
    private readonly socket: WebSocket,
    private readonly maxQueueBytes: number,
    private readonly metrics: Pick<LiveMetrics, 'sent'>,
  ) {
    socket.on('pong', () => this.isAlive());
  }

  /** Why it is gone, once it is. */
  get endedBy(): SocketEnd {
    return this.ender;
  }

  get isOpen(): boolean {
    return !this.closing && this.socket.readyState === WebSocket.OPEN;
  }

  frame(frame: ServerFrame): void {
    this.send(frame.type, JSON.stringify(frame));
  }

  /** A frame that was encoded, perhaps for many sockets. */
  send(type: ServerFrameType, text: string | Buffer): void {
    if (!this.isOpen) return;
    if (this.queuedBytes > this.maxQueueBytes) return this.close(CLOSE_CODES.slowReader, 'slow_reader');
    this.metrics.sent.count(type);
    this.socket.send(text, { binary: false });
  }

  /**
   * A frame that can be large, such as a whole session. Resolves when it has left, or never will: who sends the next one
   * after that needs no room for more than one.
   */
  sendWhole(type: ServerFrameType, text: string): Promise<void> {
    if (!this.isOpen || this.waitedForBytes > this.maxQueueBytes) {
      this.send(type, text);
      return Promise.resolve();
    }
    this.metrics.sent.count(type);
    const frame = Buffer.from(text);
    this.waitedForBytes += frame.length;
    return new Promise((resolve) => {
      this.socket.send(frame, { binary: false }, () => {
        this.waitedForBytes -= frame.length;
        this.isAlive();
        resolve();
      });
    });
  }

  private get queuedBytes(): number {
    return this.socket.bufferedAmount - this.waitedForBytes;
  }

  /** Anything that shows that the peer is there. */
  isAlive(): void {
    this.missedHeartbeats = 0;
  }

  /** Asks for a sign of life; ends a peer that has given none for two heartbeats. */
  heartbeat(): void {
    if (this.missedHeartbeats >= MISSED_HEARTBEATS) return this.terminate('dead_peer');
    this.missedHeartbeats += 1;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  /** Stops reading for as long as too much is under way: the client's own send buffer tells it. */
  pause(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.pause();
  }

  resume(): void {
    if (this.socket.isPaused) this.socket.resume();
  }

  /** The last frame, where there is something to say to the client's code, then the end. */
  close(code: number, reason: SocketClosedReason | 'too_many_bad_frames'): void {
    if (!this.isOpen) return;
    if (reason !== 'too_many_bad_frames') this.farewell(reason);
    this.end(code, reason);
  }

  /** Says that the end is near; `close` follows when what is under way has been answered. */
  farewell(reason: SocketClosedReason): void {
    if (!this.isOpen) return;
    const reconnectAfterSeconds = Math.round((1 + Math.random()) * RECONNECT_AFTER_SECONDS * 1000) / 1000;
    const frame: ServerFrame = { type: 'closed', reason, reconnectAfterSeconds };
    this.metrics.sent.count('closed');
    this.socket.send(JSON.stringify(frame));
  }

  /** The end without another word. */
  end(code: number, reason: SocketClosedReason | 'too_many_bad_frames'): void {
    if (!this.isOpen) return;
    this.closing = true;
    this.ender = reason === 'too_many_bad_frames' ? 'bad_frames' : reason;
    this.resume();
    this.socket.close(code, reason);
  }

  /** Without a farewell to a peer that does not answer. */
  terminate(reason: SocketEnd): void {
    if (!this.closing) this.ender = reason;
    this.socket.terminate();
  }
}
