import type { LiveChange } from '../client';

/** The latency samples of a session as they are written, by turn. */
export class Stages {
  private readonly byTurn = new Map<string, Map<string, number[]>>();

  follow({ ops }: LiveChange): void {
    for (const op of ops) {
      if (op.op !== 'recordLatency' || op.run === undefined) continue;
      const stages = this.byTurn.get(op.run) ?? new Map<string, number[]>();
      stages.set(op.stage, [...(stages.get(op.stage) ?? []), op.seconds]);
      this.byTurn.set(op.run, stages);
    }
  }

  has(turnId: string, stage: string): boolean {
    return this.byTurn.get(turnId)?.has(stage) === true;
  }

  /** Stages of a turn and what they took in all, such as `llm 2 × 5 ms`; each turn can be asked for once. */
  take(turnId: string): string {
    const stages = [...(this.byTurn.get(turnId) ?? [])];
    this.byTurn.delete(turnId);
    return stages.map(([stage, seconds]) => `${stage} ${figureOf(seconds)}`).join(', ');
  }
}

function figureOf(seconds: readonly number[]): string {
  const times = seconds.map((one) => (one * 1000).toFixed(one < 0.01 ? 1 : 0));
  return `${times.join(' + ')} ms`;
}
