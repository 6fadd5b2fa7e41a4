/** Work that is done again and again, one at a time however long it takes; it keeps no process alive. */
export class PeriodicWork {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;

  /** @param work must not reject */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly everyMs: number,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.run(), this.everyMs).unref();
  }

  /** Does it now, or shares what is under way. */
  run(): Promise<void> {
    this.underWay ??= this.work().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** No more of it from now on; resolves when what is under way is done. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.underWay;
  }
}
