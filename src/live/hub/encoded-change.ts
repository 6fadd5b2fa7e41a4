import type { Change } from '../../store/session-store';
import { changeView, type Signal, type Signals } from '../frames/change-view';

/**
 * A change, encoded once however many sockets it goes to, and kept as text for those that attach later: what is held of
 * it is what is sent of it.
 */
export class EncodedChange {
  readonly revision: number;
  readonly batchId: string;
  /** The body as JSON: a member of `changes` in an answer. */
  readonly body: string;
  private readonly signals: readonly { readonly type: Signal['type']; readonly text: string }[];

  constructor(
    private readonly sessionId: string,
    change: Change,
    signals: Signals,
  ) {
    const { revision, at } = change;
    this.revision = revision;
    this.batchId = change.batchId;
    this.body = JSON.stringify(changeView(change));
    this.signals = signals(change).map((signal) => ({
      type: signal.type,
      text: JSON.stringify({ ...signal, sessionId, at, revision }),
    }));
  }

  /** About what it takes in memory. */
  get size(): number {
    return this.signals.reduce((size, { text }) => size + text.length, this.body.length);
  }

  /** The frames to push, made for one round of pushes and not kept. */
  frames(): PushedFrames {
    const head = `{"type":"change","sessionId":${JSON.stringify(this.sessionId)},`;
    return {
      change: Buffer.from(head + this.body.slice(1)),
      signals: this.signals.map(({ type, text }) => ({ type, frame: Buffer.from(text) })),
    };
  }
}

export interface PushedFrames {
  readonly change: Buffer;
  /** Each beside the change, for its own sender too. */
  readonly signals: readonly { readonly type: Signal['type']; readonly frame: Buffer }[];
}
