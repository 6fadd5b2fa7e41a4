import { Backoff } from './backoff';
import { LiveError, refusalOf } from './live-error';
import type { AnswerFrame } from './live-frames';
import type { LiveSettings } from './live-options';
import type { LiveSocket } from './live-socket';
import { Trouble } from './trouble';

export type AttachedFrame = Extract<AnswerFrame, { type: 'attached' }>;

export interface AttachmentEvents {
  /** From where on the session is to be told; undefined for all of it. */
  revision(): number | undefined;
  onAttached(socket: LiveSocket, frame: AttachedFrame): void;
  /** For good. */
  onRefused(error: LiveError): void;
}

/** Attaches a session on each connection, again and again where it is refused for a moment. */
export class Attachment {
  private readonly trouble: Trouble;
  private socket: LiveSocket | undefined;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    private readonly sessionId: string,
    settings: LiveSettings,
    private readonly events: AttachmentEvents,
  ) {
    this.trouble = new Trouble(new Backoff(settings.backoff), settings.giveUpAfterMs);
  }

  up(socket: LiveSocket): void {
    this.socket = socket;
    this.attach(socket);
  }

  down(): void {
    clearTimeout(this.retry);
    this.socket = undefined;
  }

  /** The service has let go of the session and says when to come back. */
  again(afterMs: number): void {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.socket && this.attach(this.socket), afterMs);
  }

  /** Takes it back from the service; resolves with its answer, if there is one. */
  async release(): Promise<void> {
    const { socket, sessionId } = this;
    if (!socket) return;
    await new Promise<void>((resolve) =>
      socket.request(JSON.stringify({ type: 'detach', sessionId }), () => resolve()),
    );
  }

  private attach(socket: LiveSocket): void {
    const fromRevision = this.events.revision();
    const body = JSON.stringify({ type: 'attach', sessionId: this.sessionId, fromRevision });
    socket.request(body, (frame) => {
      // Taken down, or brought to another connection, in the meantime.
      if (this.socket !== socket) return;
      if (frame.type === 'attached') {
        this.trouble.over();
        this.events.onAttached(socket, frame);
      } else if (frame.type === 'error') this.refused(refusalOf(frame));
    });
  }

  private refused(error: LiveError): void {
    const pauseMs = error.retryable ? this.trouble.pauseMs() : undefined;
    if (pauseMs === undefined) this.events.onRefused(error);
    else this.again(pauseMs);
  }
}
