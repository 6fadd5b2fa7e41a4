import type { SessionState } from '../../src/store/session-state';
import type { Beginning, Subscriber } from '../../src/live/hub/subscriber';
import type { EncodedChange } from '../../src/live/hub/encoded-change';

/** What a subscriber of the hub was told, in words: `state 3`, `changes 4-6`, `change 7`, `reset 9`, `closed …`. */
export class Recorder implements Subscriber {
  readonly heard: string[] = [];
  /** The revision that the subscriber has after all this. */
  revision = -1;

  attached(beginning: Beginning): void {
    this.revision = beginning.revision;
    if ('state' in beginning) this.heard.push(`state ${beginning.state.revision}`);
    else this.heard.push(`changes ${beginning.changes.map(({ revision }) => revision).join()}`);
  }

  changed({ revision }: EncodedChange): void {
    if (revision !== this.revision + 1) this.heard.push(`a hole after ${this.revision}`);
    this.revision = revision;
    this.heard.push(`change ${revision}`);
  }

  reset({ revision }: SessionState): void {
    this.revision = revision;
    this.heard.push(`reset ${revision}`);
  }

  closed(reason: string): void {
    this.heard.push(`closed ${reason}`);
  }
}
