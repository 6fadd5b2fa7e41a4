import type { ClientRequest, IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { ParleyError } from '../../../common/parley-error';
import type { Endpoint } from './endpoint';
import { refusedUpgrade } from './wire-errors';

export interface SocketLimits {
  readonly heartbeatSeconds: number;
  readonly maxQueueBytes: number;
}

export interface SocketEvents {
  readonly onText: (text: string) => void;
  /** Once, whether it was open or not. Without an error it was asked for. */
  readonly onClosed: (code: number, error: ParleyError | undefined) => void;
}

/** Heartbeats without a sign of life after which the model is taken for dead. */
const MISSED_HEARTBEATS = 2;
/** A model that does not answer the end of a connection is not waited for. */
const CLOSE_TIMEOUT_MS = 1000;
/** The largest events are audio, of a second or so. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;
const NORMAL_CLOSURE = 1000;

/**
 * One connection to a model, from its opening to its end. Made with `ws` itself: the official client's socket takes
 * `wss:` alone, tells nobody why a connection was refused, and puts what the model says into messages of errors.
 */
export class RealtimeSocket {
  private readonly socket: WebSocket;
  private readonly closed: Promise<void>;
  private heartbeats: NodeJS.Timeout | undefined;
  private missedHeartbeats = 0;
  private wasAsked = false;
  private failure: ParleyError | undefined;

  constructor(
    { url, headers }: Endpoint,
    private readonly limits: SocketLimits,
    private readonly events: SocketEvents,
  ) {
    this.socket = new WebSocket(url, { headers, perMessageDeflate: false, maxPayload: MAX_EVENT_BYTES });
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
    this.socket.on('open', () => this.opened());
    this.socket.on('message', (data: RawData) => this.received(data));
    this.socket.on('pong', () => this.isAlive());
    this.socket.on('close', (code) => this.ended(code));
    // A failure is always followed by the end of the connection, which is what counts.
    this.socket.on('error', (cause) => this.failed(cause));
    this.socket.on('unexpected-response', (request: ClientRequest, { statusCode = 0 }: IncomingMessage) => {
      this.failure = refusedUpgrade(statusCode);
      request.destroy();
      this.socket.terminate();
    });
  }

  /** Goes out in order, or not at all: more than may wait ends the connection. */
  send(text: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(text, () => undefined);
    if (this.socket.bufferedAmount <= this.limits.maxQueueBytes) return;
    this.terminate(new ParleyError('model_unavailable', 'The model reads too slowly: too much waits for it.'));
  }

  async close(): Promise<void> {
    this.wasAsked = true;
    this.socket.close(NORMAL_CLOSURE);
    const late = setTimeout(() => this.socket.terminate(), CLOSE_TIMEOUT_MS);
    await this.closed;
    clearTimeout(late);
  }

  /** At once; without an error it is an end that was asked for. */
  terminate(error?: ParleyError): void {
    this.failure ??= error;
    this.wasAsked ||= error === undefined;
    this.socket.terminate();
  }

  private opened(): void {
    this.heartbeats = setInterval(() => this.heartbeat(), this.limits.heartbeatSeconds * 1000).unref();
  }

  private received(data: RawData): void {
    this.isAlive();
    this.events.onText((data as Buffer).toString());
  }

  private isAlive(): void {
    this.missedHeartbeats = 0;
  }

  private heartbeat(): void {
    if (this.missedHeartbeats >= MISSED_HEARTBEATS) {
      return this.terminate(new ParleyError('model_unavailable', 'The model gives no sign of life.'));
    }
    this.missedHeartbeats += 1;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
    return undefined;
  }

  private failed(cause: NodeJS.ErrnoException): void {
    const reason = /^[A-Z_]{1,64}$/.test(cause.code ?? '') ? ` (${cause.code})` : '';
    this.failure ??= new ParleyError('model_unavailable', `The connection to the model failed${reason}.`, { cause });
  }

  private ended(code: number): void {
    clearInterval(this.heartbeats);
    const broken = () => new ParleyError('model_unavailable', `The model closed the connection (${code}).`);
    this.events.onClosed(code, this.wasAsked ? undefined : (this.failure ?? broken()));
  }
}
