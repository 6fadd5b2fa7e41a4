import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from './backoff';
import { LiveError, noAccess } from './live-error';
import type { PushedFrame } from './live-frames';
import type { LiveSettings } from './live-options';
import { LiveSocket } from './live-socket';

export interface LinkEvents {
  onUp(socket: LiveSocket): void;
  onDown(): void;
  onFrame(frame: PushedFrame): void;
  /** No further attempt is made. */
  onGivenUp(error: LiveError): void;
}

/** Refusals in a row after which even a new ticket is taken for useless: one may have expired on its way. */
const MOST_REFUSED_TICKETS = 3;
/** Close code of a connection that may not be. */
const NO_ACCESS = 4401;

/** Keeps one connection open, whatever happens to it, until it is stopped or may wait no longer. */
export class LiveLink {
  private readonly backoff: Backoff;
  private readonly stopping = new AbortController();
  private socket: LiveSocket | undefined;
  private upSince = 0;
  private workedAt = 0;
  private refusals = 0;
  private askedMs: number | undefined;

  constructor(
    private readonly settings: LiveSettings,
    private readonly events: LinkEvents,
  ) {
    this.backoff = new Backoff(settings.backoff);
  }

  /** Settles when the link has ended. */
  async run(): Promise<void> {
    this.workedAt = performance.now();
    while (!this.stopping.signal.aborted) {
      const failure = await this.once();
      const pauseMs = this.backoff.nextMs(this.askedMs);
      this.askedMs = undefined;
      if (this.stopping.signal.aborted) return;
      if (!this.mayTryAgain(failure, pauseMs)) return this.events.onGivenUp(reasonOf(failure));
      await sleep(pauseMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.stopping.abort();
    this.socket?.close();
  }

  /** The service does something for us: the next failure is a first one. */
  works(): void {
    this.workedAt = performance.now();
    this.refusals = 0;
    this.backoff.reset();
  }

  /** One connection to its end; gives why it came to it. */
  private async once(): Promise<LiveError> {
    try {
      const code = await new Promise<number>((resolve, reject) => {
        const events = {
          onFrame: (frame: PushedFrame) => this.receive(frame),
          onWorking: () => this.works(),
          onClosed: resolve,
        };
        LiveSocket.open(this.settings, events, this.stopping.signal).then((socket) => this.up(socket), reject);
      });
      this.down();
      return code === NO_ACCESS ? noAccess() : new LiveError('no_connection', `it was closed (${code})`, true);
    } catch (error) {
      return error instanceof LiveError ? error : new LiveError('no_ticket', messageOf(error), true);
    }
  }

  private up(socket: LiveSocket): void {
    this.socket = socket;
    this.upSince = performance.now();
    if (this.stopping.signal.aborted) socket.close();
    else this.events.onUp(socket);
  }

  private down(): void {
    this.socket = undefined;
    // A connection that lasted was one, also where nothing was asked of it.
    const now = performance.now();
    if (now - this.upSince > this.settings.ackTimeoutMs) this.workedAt = now;
    this.events.onDown();
  }

  private receive(frame: PushedFrame): void {
    // Said of the whole connection: the service ends it, and is helped where it doesn't.
    if (frame.type !== 'closed' || frame.sessionId !== undefined) return this.events.onFrame(frame);
    if (frame.reconnectAfterSeconds !== undefined) this.askedMs = frame.reconnectAfterSeconds * 1000;
    const { socket } = this;
    setTimeout(() => socket?.terminate(), this.settings.ackTimeoutMs).unref();
  }

  private mayTryAgain(failure: LiveError, pauseMs: number): boolean {
    if (failure.code === 'unauthorized') {
      this.refusals += 1;
      return this.settings.ticket !== undefined && this.refusals < MOST_REFUSED_TICKETS;
    }
    // Whoever has been there may come back: a proxy says the same while its service restarts.
    if (failure.code === 'no_channel' && this.upSince === 0) return false;
    return performance.now() - this.workedAt + pauseMs <= this.settings.giveUpAfterMs;
  }
}

function reasonOf(failure: LiveError): LiveError {
  if (failure.code === 'unauthorized' || failure.code === 'no_channel') return failure;
  return new LiveError('connection_lost', `no connection to the live channel: ${failure.message}`, true);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
