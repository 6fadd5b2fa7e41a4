import { setTimeout as sleep } from 'node:timers/promises';
import { newSessionId } from '../common/ids';
import type { ReceiptAnswer } from './session-answers';
import { RequestFailed } from './session-client';
import type { CallScript, TurnScript } from './turn-script';
import type { TurnWriter } from './turn-writer';

export interface PlayedCall {
  readonly script: CallScript;
  readonly sessionId: string;
  /** The revision at which the session was opened; undefined where that failed. */
  openedAt: number | undefined;
  /** One for each turn that was acknowledged. */
  readonly receipts: ReceiptAnswer[];
  /** Why the call was not played to its end. */
  failure: string | undefined;
}

export interface PlayerOptions {
  /** How many times faster than real time; 0 doesn't wait at all. */
  readonly speed: number;
  /** Told of every acknowledged turn: how long it took, retries included. */
  readonly onTurn: (milliseconds: number) => void;
  /** Stops the calls after the turn they are at. */
  readonly signal: AbortSignal;
}

/** Plays calls as a voice runtime would: a turn is written before the next one begins. */
export class Player {
  constructor(
    private readonly writer: Pick<TurnWriter, 'open' | 'apply' | 'leave'>,
    private readonly options: PlayerOptions,
  ) {}

  /** Never rejects for what the service does: a call that could not be played says so. */
  async play(script: CallScript): Promise<PlayedCall> {
    const played: PlayedCall = {
      script,
      sessionId: newSessionId(),
      openedAt: undefined,
      receipts: [],
      failure: undefined,
    };
    try {
      await this.playInto(played);
    } catch (error) {
      if (this.options.signal.aborted) return played;
      if (!(error instanceof RequestFailed)) throw error;
      played.failure = error.message;
    } finally {
      await this.writer.leave(played.sessionId);
    }
    return played;
  }

  private async playInto(played: PlayedCall): Promise<void> {
    const { script, sessionId, receipts } = played;
    if (this.options.signal.aborted) return;
    played.openedAt = await this.writer.open(sessionId, script.context);
    for (const turn of script.turns) {
      if (this.options.signal.aborted) return;
      await this.pause(turn);
      const start = performance.now();
      receipts.push(await this.writer.apply(sessionId, turn.idempotencyKey, turn.ops));
      this.options.onTurn(performance.now() - start);
    }
  }

  private async pause({ waitSeconds }: TurnScript): Promise<void> {
    const { speed, signal } = this.options;
    if (speed > 0) await sleep((waitSeconds * 1000) / speed, undefined, { signal });
  }
}
