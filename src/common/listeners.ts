import type { Logger } from '@nestjs/common';
import { describeError } from './logging/describe-error';

/** Those who are told of something that has happened already: a fault of theirs changes nothing about it. */
export class Listeners<T> {
  private readonly all = new Set<(told: T) => void>();

  constructor(
    private readonly of: string,
    private readonly logger: Pick<Logger, 'error'>,
  ) {}

  /** Called at once, in the order of what happens; must not throw and must be quick. Returns how to stop. */
  listen(listener: (told: T) => void): () => void {
    this.all.add(listener);
    return () => this.all.delete(listener);
  }

  tell(told: T): void {
    for (const listener of this.all) this.tellOne(listener, told);
  }

  private tellOne(listener: (told: T) => void, told: T): void {
    try {
      listener(told);
    } catch (error) {
      this.logger.error({ msg: `a listener of ${this.of} failed`, err: describeError(error) });
    }
  }
}
