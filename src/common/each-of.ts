/**
 * Works on all items, at most so many at a time. After a failure no further ones are begun; rejects with the first
 * failure when everything that was under way has settled.
 */
export async function eachOf<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failures = 0;
  const worker = async () => {
    for (let next = queue.next(); !next.done && failures === 0; next = queue.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failures += 1;
        throw error;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
