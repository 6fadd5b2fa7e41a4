/** How a session's writes stand: those under way, and the second steps that some of them need. */
interface Lane {
  underWay: number;
  second: Promise<unknown> | undefined;
  /** Told when nothing is under way any more. */
  readonly waiting: (() => void)[];
}

/**
 * Keeps the order of a session's batches where one of them takes two steps (the script is brought again, a session of an
 * older service is converted): those that were sent take their second steps in turn, and new ones wait until all are
 * done. Nothing is kept of a session without writes.
 */
export class WriteLanes {
  private readonly lanes = new Map<string, Lane>();

  /** @param second what is still to be done after an outcome of the first step, if anything */
  async run<T>(
    sessionId: string,
    first: () => Promise<T>,
    second: (outcome: T) => (() => Promise<T>) | undefined,
  ): Promise<T> {
    const lane = this.enter(sessionId) ?? (await this.enterLater(sessionId));
    try {
      const outcome = await first();
      const again = second(outcome);
      if (!again) return outcome;
      const turn = (lane.second ?? Promise.resolve()).then(again, again);
      lane.second = turn;
      return await turn;
    } finally {
      lane.underWay -= 1;
      if (lane.underWay === 0) this.close(sessionId, lane);
    }
  }

  /** Undefined where somebody takes a second step. */
  private enter(sessionId: string): Lane | undefined {
    let lane = this.lanes.get(sessionId);
    if (!lane) this.lanes.set(sessionId, (lane = { underWay: 0, second: undefined, waiting: [] }));
    if (lane.second) return undefined;
    lane.underWay += 1;
    return lane;
  }

  /** Those who wait come in the order in which they came, and before whoever comes after them. */
  private async enterLater(sessionId: string): Promise<Lane> {
    for (;;) {
      await new Promise<void>((resolve) => this.lanes.get(sessionId)?.waiting.push(resolve));
      const lane = this.enter(sessionId);
      if (lane) return lane;
    }
  }

  private close(sessionId: string, lane: Lane): void {
    this.lanes.delete(sessionId);
    for (const resume of lane.waiting) resume();
  }
}
