import type { ClientRequest, IncomingMessage } from 'node:http';
import { type RawData, WebSocket } from 'ws';
import { accessTo } from './live-access';
import { LiveError, noAccess } from './live-error';
import { type AnswerFrame, isAnswer, type PushedFrame, readFrame } from './live-frames';
import type { LiveSettings } from './live-options';

/** A frame that has been sent and may be answered: more than once where it holds operations. */
interface Exchange {
  readonly onAnswer: (frame: AnswerFrame) => void;
  since: number;
  accepted: boolean;
}

export interface SocketEvents {
  /** One that answers no request. */
  onFrame(frame: PushedFrame): void;
  /** The service has done something that was asked of it. */
  onWorking(): void;
  /** Once, and only of a connection that was open. */
  onClosed(code: number): void;
}

/** How often the times of a connection are looked at, as a part of the shortest of them. */
const CHECKS_PER_TIMEOUT = 4;

/** One connection, from its opening to its end. It finds out when nobody is at the other end any more. */
export class LiveSocket {
  private readonly exchanges = new Map<string, Exchange>();
  private checks: NodeJS.Timeout | undefined;
  private lastId = 0;
  private heardAt = 0;
  private answeredAt = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly settings: LiveSettings,
    private readonly events: SocketEvents,
  ) {
    // Before anything can happen to it: a frame may come together with the opening.
    socket.on('open', () => this.opened());
    socket.on('message', (data: RawData) => this.receive(data));
    socket.on('close', (code) => this.ended(code));
    // A failure is always followed by the end of the connection, which is what counts.
    socket.on('error', () => undefined);
  }

  /** @throws LiveError, retryable unless nobody is let in like this */
  static async open(settings: LiveSettings, events: SocketEvents, signal: AbortSignal): Promise<LiveSocket> {
    const { address, headers } = await accessTo(settings);
    const options = { headers, handshakeTimeout: settings.connectTimeoutMs, perMessageDeflate: false };
    const socket = new WebSocket(address, options);
    const live = new LiveSocket(socket, settings, events);
    await opening(socket, signal);
    return live;
  }

  /** Sends a JSON object under an id of its own; its answers come back until one that is the last of them. */
  request(body: string, onAnswer: (frame: AnswerFrame) => void): void {
    const id = String((this.lastId += 1));
    this.exchanges.set(id, { onAnswer, since: performance.now(), accepted: false });
    this.socket.send(`{"id":"${id}",${body.slice(1)}`, () => undefined);
  }

  /** Ends it in good order; one that doesn't answer ends at once. */
  close(): void {
    this.socket.close(1000);
    setTimeout(() => this.terminate(), this.settings.connectTimeoutMs).unref();
  }

  terminate(): void {
    this.socket.terminate();
  }

  private opened(): void {
    this.heardAt = performance.now();
    const { ackTimeoutMs, durableTimeoutMs, pingIntervalMs } = this.settings;
    const everyMs = Math.min(ackTimeoutMs, durableTimeoutMs, pingIntervalMs) / CHECKS_PER_TIMEOUT;
    this.checks = setInterval(() => this.check(), everyMs).unref();
  }

  private receive(data: RawData): void {
    this.heardAt = performance.now();
    const frame = readFrame((data as Buffer).toString());
    if (!frame) return;
    if (!isAnswer(frame)) return this.events.onFrame(frame);
    const exchange = this.exchanges.get(frame.id);
    if (!exchange) return;
    // More is to come of these.
    if (frame.type === 'accepted' || frame.type === 'turn.event') {
      Object.assign(exchange, { accepted: true, since: this.heardAt });
    } else this.exchanges.delete(frame.id);
    this.answeredAt = this.heardAt;
    if (frame.type !== 'error') this.events.onWorking();
    exchange.onAnswer(frame);
  }

  private check(): void {
    const now = performance.now();
    const { ackTimeoutMs, durableTimeoutMs, pingIntervalMs } = this.settings;
    for (const { since, accepted } of this.exchanges.values()) {
      // Answers to others show that it has its turn yet to come: a service reads many sessions one after another.
      const isLate = !accepted && now - Math.max(since, this.answeredAt) > ackTimeoutMs;
      if (isLate || now - since > durableTimeoutMs) return this.terminate();
    }
    if (now - this.heardAt > pingIntervalMs) this.request('{"type":"ping"}', () => undefined);
  }

  private ended(code: number): void {
    if (!this.checks) return;
    clearInterval(this.checks);
    this.exchanges.clear();
    this.events.onClosed(code);
  }
}

function opening(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => socket.terminate();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    socket.once('open', resolve);
    socket.once('error', (error) => reject(new LiveError('no_connection', reasonOf(error), true)));
    socket.once('close', () => signal.removeEventListener('abort', stop));
    socket.once('unexpected-response', (request: ClientRequest, response: IncomingMessage) => {
      reject(answeredWith(response.statusCode ?? 0));
      request.destroy();
    });
  });
}

/** A refused connection to several addresses has a code and no message. */
function reasonOf({ message, code }: NodeJS.ErrnoException): string {
  return code ?? message;
}

function answeredWith(status: number): LiveError {
  if (status === 401 || status === 403) return noAccess();
  if (status === 404) return new LiveError('no_channel', 'there is no live channel at this address', true);
  return new LiveError('no_connection', `the service answered ${status}`, true);
}
