/**
 * Hands an iteration through and says when its items and its end came. Not a generator: that would let whoever leaves
 * while an item is awaited wait for it.
 */
export class TimedIterator<T> implements AsyncIterableIterator<T> {
  private isOver = false;

  constructor(
    private readonly inner: AsyncIterator<T, unknown, undefined>,
    private readonly onItem: () => void,
    private readonly onEnd: () => void,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<T, unknown>> {
    const result = await this.settled(this.inner.next());
    if (this.isOver) return result;
    if (!result.done) this.onItem();
    else {
      this.isOver = true;
      this.onEnd();
    }
    return result;
  }

  async return(value?: unknown): Promise<IteratorResult<T, unknown>> {
    this.isOver = true;
    return this.inner.return ? this.inner.return(value) : { done: true, value };
  }

  async throw(error?: unknown): Promise<IteratorResult<T, unknown>> {
    this.isOver = true;
    if (this.inner.throw) return this.inner.throw(error);
    throw error;
  }

  /** After a failure nothing more is measured, whatever the iteration still says. */
  private async settled<R>(result: Promise<R>): Promise<R> {
    try {
      return await result;
    } catch (error) {
      this.isOver = true;
      throw error;
    }
  }
}
