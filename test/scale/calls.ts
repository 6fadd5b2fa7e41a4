import type { Random } from '../../src/programs/random';
import type { WireScript } from './scripts';
import type { Wire } from './wire';

interface PlayedCall {
  readonly sessionId: string;
  readonly script: WireScript;
  turn: number;
}

/**
 * Calls under way, each with one turn under way at most: a turn goes to a call that has none, by chance. A call that is
 * over is ended and another one begins, so that opening and ending have their share of the load.
 */
export class Calls {
  /** Requests that were refused or lost. */
  failures = 0;
  private readonly waiting: PlayedCall[] = [];
  private begun = 0;
  private opening = 0;

  constructor(
    private readonly wire: Wire,
    private readonly scripts: readonly WireScript[],
    private readonly random: Random,
    private readonly name: string,
  ) {}

  /** Opens so many calls, a few at a time, each somewhere in its script. */
  open(count: number, atOnce = 32): Promise<void> {
    return new Promise((resolve) => {
      let left = count;
      const next = () => {
        if (left > 0) {
          left -= 1;
          this.begin(next, true);
        } else if (this.opening === 0) resolve();
      };
      for (let index = 0; index < atOnce; index += 1) next();
    });
  }

  /** @returns false where every call has a turn under way */
  playTurn(answered: (isDone: boolean) => void): boolean {
    const call = this.takeWaiting();
    if (!call) return false;
    const { sessionId, script } = call;
    const ops = script.turns[call.turn] as string;
    call.turn += 1;
    this.wire.turn(sessionId, `turn-${call.turn}`, ops, (isDone) => {
      if (!isDone) this.failures += 1;
      answered(isDone);
      if (call.turn < script.turns.length) this.waiting.push(call);
      else this.end(call);
    });
    return true;
  }

  private begin(then: () => void, inTheMiddle: boolean): void {
    this.begun += 1;
    this.opening += 1;
    const script = this.scripts[this.begun % this.scripts.length] as WireScript;
    const turn = inTheMiddle ? Math.floor(this.random.next() * script.turns.length) : 0;
    const call = { sessionId: `${this.name}-${this.begun}`, script, turn };
    this.wire.open(call.sessionId, script.context, (isOpen) => {
      this.opening -= 1;
      if (isOpen) this.waiting.push(call);
      else this.failures += 1;
      then();
    });
  }

  private end({ sessionId }: PlayedCall): void {
    this.wire.end(sessionId, (isDone) => {
      if (!isDone) this.failures += 1;
      this.begin(() => undefined, false);
    });
  }

  private takeWaiting(): PlayedCall | undefined {
    const { waiting } = this;
    const index = Math.floor(this.random.next() * waiting.length);
    const call = waiting[index];
    const last = waiting.pop();
    if (call && last && call !== last) waiting[index] = last;
    return call;
  }
}
