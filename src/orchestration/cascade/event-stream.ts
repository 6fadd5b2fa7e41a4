/** Does the work of a stream: gives its events, and ends early where nobody reads them any more. */
export type StreamWork<T> = (emit: (event: T) => void, left: AbortSignal) => Promise<void>;

interface Reader<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/**
 * Events on their way to one reader. The work begins when it is first asked for one, and waits for nobody: a reader that
 * is slow holds nothing up. One that leaves ends the work, and waits for its end.
 */
export class EventStream<T> implements AsyncIterableIterator<T> {
  private readonly events: T[] = [];
  private readonly readers: Reader<T>[] = [];
  private readonly left = new AbortController();
  private work: Promise<void> | undefined;
  private isOver = false;
  private failure: { readonly error: unknown } | undefined;

  constructor(private readonly begin: StreamWork<T>) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    this.work ??= this.run();
    return new Promise((resolve, reject) => {
      this.readers.push({ resolve, reject });
      this.serve();
    });
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.left.abort();
    this.work ??= Promise.resolve();
    await this.work;
    this.events.length = 0;
    this.isOver = true;
    return END;
  }

  private async run(): Promise<void> {
    try {
      await this.begin((event) => this.give(event), this.left.signal);
    } catch (error) {
      this.failure = { error };
    }
    this.isOver = true;
    this.serve();
  }

  private give(event: T): void {
    this.events.push(event);
    this.serve();
  }

  private serve(): void {
    while (this.readers.length > 0 && (this.events.length > 0 || this.isOver)) {
      const reader = this.readers.shift() as Reader<T>;
      if (this.events.length > 0) reader.resolve({ done: false, value: this.events.shift() as T });
      else this.end(reader);
    }
  }

  /** A failure is told once. */
  private end(reader: Reader<T>): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure) reader.reject(failure.error);
    else reader.resolve(END);
  }
}

const END: IteratorReturnResult<undefined> = { done: true, value: undefined };
