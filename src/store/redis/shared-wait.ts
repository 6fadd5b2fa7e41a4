/**
 * One WAIT at a time on a connection: it stands for every write that was answered before it was sent. The server lets a
 * connection do nothing else meanwhile, so one after the other for each write would add up.
 */
export class SharedWait {
  private underWay: Promise<unknown> = Promise.resolve();
  private next: Promise<number> | undefined;

  constructor(private readonly send: () => Promise<number>) {}

  /** @returns how many replicas have what was written before the call */
  count(): Promise<number> {
    this.next ??= this.sendNext(this.underWay);
    return this.next;
  }

  private async sendNext(before: Promise<unknown>): Promise<number> {
    await before.catch(() => undefined);
    const sent = this.send();
    this.underWay = sent;
    this.next = undefined;
    return sent;
  }
}
