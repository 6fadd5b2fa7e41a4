import { sessionView } from '../../sessions';
import type { SessionState } from '../../store/session-state';
import type { SessionClosedReason } from '../frames/server-frames';
import type { EncodedChange, PushedFrames } from '../hub/encoded-change';
import type { LiveHub } from '../hub/live-hub';
import type { Beginning, Subscriber } from '../hub/subscriber';
import type { LiveSocket } from './live-socket';
import type { OwnBatches } from './own-batches';

/** One session on one socket: writes what the hub tells. */
export class Attachment implements Subscriber {
  private stop: (() => void) | undefined;
  private left = false;
  private sent: Promise<void> = Promise.resolve();

  constructor(
    private readonly sessionId: string,
    private readonly frameId: string,
    private readonly socket: LiveSocket,
    readonly own: OwnBatches,
    private readonly onClosed: (attachment: Attachment) => void,
  ) {}

  /** Resolves when the answer has been sent, large as it may be. @throws as {@link LiveHub.attach} */
  async attach(hub: LiveHub, fromRevision: number | undefined): Promise<void> {
    const stop = await hub.attach(this.sessionId, this, fromRevision);
    if (this.left) stop();
    else this.stop = stop;
    await this.sent;
  }

  leave(): void {
    this.left = true;
    this.stop?.();
  }

  attached(beginning: Beginning): void {
    const { revision } = beginning;
    this.own.reached(revision);
    const head = { id: this.frameId, type: 'attached', sessionId: this.sessionId, revision };
    const body =
      'state' in beginning
        ? `"state":${JSON.stringify(sessionView(beginning.state))}`
        : `"changes":[${beginning.changes.map((change) => change.body).join()}]`;
    this.sent = this.socket.sendWhole('attached', `${JSON.stringify(head).slice(0, -1)},${body}}`);
  }

  changed({ batchId, revision }: EncodedChange, { change, signals }: PushedFrames): void {
    if (!this.own.takes(batchId, revision)) this.socket.send('change', change);
    for (const { type, frame } of signals) this.socket.send(type, frame);
  }

  reset(state: SessionState): void {
    this.own.reached(state.revision);
    const { sessionId, revision } = state;
    const text = JSON.stringify({ type: 'state', sessionId, revision, state: sessionView(state) });
    void this.socket.sendWhole('state', text);
  }

  closed(reason: SessionClosedReason): void {
    this.left = true;
    this.onClosed(this);
    this.socket.frame({ type: 'closed', sessionId: this.sessionId, reason });
  }
}
