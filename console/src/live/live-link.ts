import { Backoff } from '../../../src/client/backoff';
import { needsSignIn } from '../api/console-error';
import { type LiveFrame, readFrame } from './live-frames';

/** `reconnecting`: a lost connection is being made anew; `disconnected`: for so long that somebody should know. */
export type LinkStatus = 'connecting' | 'connected' | 'reconnecting' | 'disconnected';

export interface LinkEvents {
  onStatus(status: LinkStatus): void;
  /** Also after each reconnect: whatever was asked for is to be asked for again. */
  onUp(): void;
  onFrame(frame: LiveFrame): void;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
/** Failures in a row after which a connection counts as lost: some ten seconds, longer than a restart takes. */
const FAILURES_UNTIL_DISCONNECTED = 6;
/** A connection whose other end is gone is silent; this asks it, and one that doesn't answer is closed. */
const PING_EVERY_MS = 10_000;
const SILENCE_MS = 25_000;

/** WebSocket.OPEN, which there is only in a browser. */
const OPEN = 1;

/** Keeps one socket of the live channel open, whatever happens to it, until it is stopped. */
export class LiveLink {
  private readonly backoff = new Backoff({ firstMs: FIRST_PAUSE_MS, longestMs: LONGEST_PAUSE_MS });
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pings: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  private failures = 0;
  private lastId = 0;
  private isStopped = true;

  constructor(
    private readonly openSocket: () => Promise<WebSocket>,
    private readonly events: LinkEvents,
  ) {}

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.events.onStatus('connecting');
    void this.connect();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.drop();
  }

  /** At once instead of after the pause: somebody is waiting for it. */
  retryNow(): void {
    if (this.isStopped || this.socket) return;
    clearTimeout(this.timer);
    void this.connect();
  }

  /** @returns the id that answers repeat; undefined without a connection, and then `onUp` comes again */
  send(frame: Readonly<Record<string, unknown>>): string | undefined {
    const { socket } = this;
    if (socket?.readyState !== OPEN) return undefined;
    const id = String((this.lastId += 1));
    socket.send(JSON.stringify({ ...frame, id }));
    return id;
  }

  private async connect(): Promise<void> {
    try {
      const socket = await this.openSocket();
      if (this.isStopped) socket.close();
      else this.listen(socket);
    } catch (error) {
      // Nobody is signed in any more: the page says so, and a new sign-in starts the link again.
      if (needsSignIn(error)) return this.stop();
      this.lost();
    }
  }

  private listen(socket: WebSocket): void {
    this.socket = socket;
    socket.onopen = () => this.up();
    socket.onmessage = ({ data }) => this.receive(data);
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.drop();
      this.lost();
    };
  }

  private up(): void {
    this.failures = 0;
    this.backoff.reset();
    this.heardAt = performance.now();
    this.pings = setInterval(() => this.ping(), PING_EVERY_MS);
    this.events.onStatus('connected');
    this.events.onUp();
  }

  private ping(): void {
    if (performance.now() - this.heardAt > SILENCE_MS) {
      this.drop();
      return this.lost();
    }
    this.send({ type: 'ping' });
  }

  private receive(data: unknown): void {
    this.heardAt = performance.now();
    const frame = readFrame(data);
    if (frame) this.events.onFrame(frame);
  }

  private drop(): void {
    const { socket } = this;
    this.socket = undefined;
    clearInterval(this.pings);
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private lost(): void {
    if (this.isStopped) return;
    this.failures += 1;
    this.events.onStatus(this.failures < FAILURES_UNTIL_DISCONNECTED ? 'reconnecting' : 'disconnected');
    this.timer = setTimeout(() => void this.connect(), this.backoff.nextMs());
  }
}
