import type { StageTimer } from '../../latency';

/** One turn of a live call: its name, its bounds, and the stages that run in it. */
export class LiveTurn {
  handoffs = 0;
  toolRounds = 0;
  private readonly running = new Set<string>();

  constructor(
    readonly id: string,
    private readonly timer: StageTimer,
  ) {}

  /** A stage that runs already goes on. */
  begin(stage: string): void {
    if (this.running.has(stage)) return;
    this.running.add(stage);
    this.timer.start(stage);
  }

  /** Records a stage that was begun; of any other nothing is known. */
  end(stage: string): void {
    if (this.running.delete(stage)) this.timer.stop(stage);
  }

  /** It did not come to its end. */
  giveUp(stage: string): void {
    if (this.running.delete(stage)) this.timer.cancel(stage);
  }

  time<T>(stage: string, work: () => Promise<T>): Promise<T> {
    return this.timer.time(stage, work);
  }
}

/** The turns of a live call, one after the other. */
export class LiveTurns {
  current: LiveTurn;
  private count = 0;

  /** @param name of the conversation, which no other of the session has */
  constructor(
    private readonly name: string,
    private readonly timer: StageTimer,
  ) {
    this.current = this.make();
  }

  /** The caller begins another one. */
  begin(): LiveTurn {
    this.current = this.make();
    return this.current;
  }

  private make(): LiveTurn {
    const id = `${this.name}.${this.count}`;
    this.count += 1;
    return new LiveTurn(id, this.timer.forRun(id));
  }
}
