import type { Random } from '../../src/programs/random';

/** Moments of a Poisson process, in milliseconds from its beginning: what comes knows nothing of what came before. */
export class Arrivals {
  private atMs = 0;

  constructor(
    private readonly perSecond: number,
    private readonly random: Random,
  ) {
    this.advance();
  }

  /** When the next one comes. */
  get nextMs(): number {
    return this.atMs;
  }

  take(): number {
    const moment = this.atMs;
    this.advance();
    return moment;
  }

  private advance(): void {
    this.atMs += (-Math.log(1 - this.random.next()) / this.perSecond) * 1000;
  }
}
