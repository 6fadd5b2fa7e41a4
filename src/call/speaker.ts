import { setTimeout as sleep } from 'node:timers/promises';
import type { BargeIn } from './barge-in';
import type { Screen } from './screen';

/** Speaks as a voice would, into the terminal: word by word, until somebody interrupts. */
export class Speaker {
  constructor(
    private readonly screen: Screen,
    /** Words a minute; 0 is as fast as possible. */
    private readonly pace: number,
  ) {}

  /**
   * Speaks a text, at most `limit` characters of it. Gives the characters (UTF-16) that came to be heard.
   */
  async speak(agent: string, text: string, bargeIn: BargeIn, limit = Infinity): Promise<number> {
    this.screen.speaks(agent);
    let heard = 0;
    for (const word of text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
      if (bargeIn.signal.aborted) break;
      const part = word.slice(0, Math.max(limit - heard, 0));
      this.screen.write(part);
      heard += part.length;
      if (heard >= limit) break;
      await this.pause(bargeIn.signal);
    }
    return heard;
  }

  private async pause(signal: AbortSignal): Promise<void> {
    if (this.pace === 0) return;
    try {
      await sleep(60_000 / this.pace, undefined, { signal });
    } catch {
      // Interrupted: whoever speaks looks for it before the next word.
    }
  }
}
