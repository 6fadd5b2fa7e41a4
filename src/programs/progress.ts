import { SingleBar } from 'cli-progress';
import type { Output } from './output';

export interface Progress {
  /** One more turn is done. */
  advance(): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere, where a bar would be a heap of control characters, a line each tenth. */
export function startProgress(turns: number, output: Output): Progress {
  return output.isTTY ? new Bar(turns, output) : new Lines(turns, output);
}

class Bar implements Progress {
  private readonly bar: SingleBar;

  constructor(turns: number, stream: Output) {
    this.bar = new SingleBar({
      stream,
      format: 'playing [{bar}] {percentage} % | {value} of {total} turns | {duration_formatted}',
      barCompleteChar: '=',
      barIncompleteChar: ' ',
      hideCursor: true,
      // Signals are the program's own business.
      gracefulExit: false,
    });
    this.bar.start(turns, 0);
  }

  advance(): void {
    this.bar.increment();
  }

  stop(): void {
    this.bar.stop();
  }
}

const LINES = 10;

class Lines implements Progress {
  private done = 0;

  constructor(
    private readonly turns: number,
    private readonly output: Output,
  ) {}

  advance(): void {
    const before = this.tenths();
    this.done += 1;
    const now = this.tenths();
    if (now > before) this.output.write(`played ${this.done} of ${this.turns} turns (${(now * 100) / LINES} %)\n`);
  }

  stop(): void {
    // Its last line has been written.
  }

  private tenths(): number {
    return Math.floor((this.done * LINES) / this.turns);
  }
}
