/** A promise that is settled from outside. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  private settlers: { resolve: (value: T) => void; reject: (error: Error) => void } | undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.settlers = { resolve, reject };
    });
  }

  resolve(value: T): void {
    this.settlers?.resolve(value);
  }

  reject(error: Error): void {
    this.settlers?.reject(error);
  }
}

/** Waits for a promise to settle, for at most this long. Never rejects. */
export async function settledWithin(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise.catch(() => undefined), late]);
  clearTimeout(timer);
}
