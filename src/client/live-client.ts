import { LiveError } from './live-error';
import type { PushedFrame } from './live-frames';
import type { LiveHandlers, LiveSessionHandle } from './live-handle';
import { LiveLink } from './live-link';
import { type LiveClientOptions, type LiveSettings, settingsOf } from './live-options';
import { LiveSession } from './live-session';
import type { LiveSocket } from './live-socket';
import { PendingBudget } from './pending-budget';
import { Deferred, settledWithin } from './promises';

/**
 * The live channel of a Parley service: many sessions over one connection. A connection that is lost is made anew,
 * every session goes on from its last revision, and batches that are not known to be durable are sent again under the
 * same ids and in the same order: nothing is lost, nothing is doubled.
 */
export class ParleyLiveClient {
  private readonly settings: LiveSettings;
  private readonly budget: PendingBudget;
  private readonly link: LiveLink;
  private readonly sessions = new Map<string, LiveSession>();
  private readonly first = new Deferred<void>();
  private socket: LiveSocket | undefined;
  private running: Promise<void> | undefined;
  private ended: LiveError | undefined;
  private connections = 0;

  /** @throws TypeError where the url is none */
  constructor(options: LiveClientOptions) {
    this.settings = settingsOf(options);
    this.budget = new PendingBudget(this.settings.maxPending);
    this.link = new LiveLink(this.settings, {
      onUp: (socket) => this.up(socket),
      onDown: () => this.down(),
      onFrame: (frame) => this.receive(frame),
      onGivenUp: (error) => this.end(error, error.code),
    });
  }

  /** How often a lost connection was made anew. */
  get reconnects(): number {
    return Math.max(0, this.connections - 1);
  }

  /** Batches that were sent once more. */
  get resends(): number {
    return this.budget.resends;
  }

  /** Resolves with the first connection, however many attempts it takes; rejects with LiveError when given up. */
  connect(): Promise<void> {
    if (this.ended) return Promise.reject(this.ended);
    this.running ??= this.link.run();
    return this.first.promise;
  }

  /**
   * Resolves once the session is attached; `fromRevision` is for who knows it up to there already.
   * Rejects with LiveError: the service's code, such as `session_not_found`, or one of the client's own.
   */
  async attach(
    sessionId: string,
    handlers: LiveHandlers = {},
    { fromRevision }: { readonly fromRevision?: number } = {},
  ): Promise<LiveSessionHandle> {
    if (this.ended) throw this.ended;
    if (!this.running) throw new LiveError('client_closed', 'connect() comes before attach()');
    if (this.sessions.has(sessionId)) throw new LiveError('already_attached', 'the session is attached already');
    const session: LiveSession = new LiveSession(sessionId, handlers, fromRevision, {
      settings: this.settings,
      budget: this.budget,
      onEnd: () => this.sessions.get(sessionId) === session && this.sessions.delete(sessionId),
    });
    this.sessions.set(sessionId, session);
    if (this.socket) session.up(this.socket);
    return session.ready.promise;
  }

  /** Waits for what is pending, within bounds; what is not durable then is rejected (`client_closed`). */
  async close(): Promise<void> {
    const idle = Promise.all([...this.sessions.values()].map((session) => session.leave()));
    await settledWithin(this.settings.closeTimeoutMs, idle);
    this.end(new LiveError('client_closed', 'the client was closed'));
    await this.running;
  }

  private up(socket: LiveSocket): void {
    this.socket = socket;
    this.connections += 1;
    this.first.resolve();
    for (const session of this.sessions.values()) session.up(socket);
  }

  private down(): void {
    this.socket = undefined;
    for (const session of this.sessions.values()) session.down();
  }

  private receive(frame: PushedFrame): void {
    if (frame.sessionId !== undefined) this.sessions.get(frame.sessionId)?.pushed(frame);
  }

  private end(error: LiveError, reason?: string): void {
    if (this.ended) return;
    this.ended = error;
    this.first.promise.catch(() => undefined);
    this.first.reject(error);
    for (const session of [...this.sessions.values()]) session.end(error, reason);
    this.link.stop();
  }
}
