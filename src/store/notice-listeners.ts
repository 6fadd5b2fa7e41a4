import { Logger } from '@nestjs/common';
import type { JsonValue } from '../common/json';
import { Listeners } from '../common/listeners';

/** Hears a notice; undefined: some may have been missed. */
export type NoticeListener = (notice: JsonValue | undefined) => void;

/** Who listens to notices in this process, by topic. */
export class NoticeListeners {
  private readonly logger = new Logger('Notices');
  private readonly byTopic = new Map<string, { readonly listeners: Listeners<JsonValue | undefined>; count: number }>();

  has(topic: string): boolean {
    return this.byTopic.has(topic);
  }

  /** Returns how to leave, which says whether nobody is left. */
  add(topic: string, listener: NoticeListener): () => boolean {
    const known = this.byTopic.get(topic) ?? { listeners: new Listeners('notices', this.logger), count: 0 };
    this.byTopic.set(topic, known);
    known.count += 1;
    // A function of its own, so that a listener that is given twice can leave twice.
    let stop: (() => void) | undefined = known.listeners.listen((notice) => listener(notice));
    return () => {
      if (!stop) return false;
      stop();
      stop = undefined;
      known.count -= 1;
      return known.count === 0 && this.byTopic.delete(topic);
    };
  }

  tell(topic: string, notice: JsonValue | undefined): void {
    this.byTopic.get(topic)?.listeners.tell(notice);
  }
}
