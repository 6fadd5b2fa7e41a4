import { isParleyError, ParleyError } from '../common/parley-error';
import type { MovePlaybackOp, Op, OpOf, PlaybackMove } from '../store/ops';
import { type PlaybackMessage, playbackMessages, takeable } from '../store/playback';
import type { SessionPlayback } from '../store/session-store';

/** How long a message is its consumer's without another word, seconds: longer than most messages take to play. */
export const LEASE_SECONDS = 15;
/** A message that could not be delivered so often is given up. */
export const MAX_ATTEMPTS = 5;
/** Before the second attempt, seconds; each further one waits twice as long, up to the longest. */
const FIRST_RETRY_SECONDS = 0.2;
const LONGEST_RETRY_SECONDS = 5;
/** Others take messages too: more misses than this in a row mean something else is wrong. */
const MAX_MISSES = 4;

/** Where a consumer finds the queue: a store, or a memory that follows one. */
export interface PlaybackSource {
  readonly sessionId: string;
  /** `anew`: what was read before has turned out to be old. */
  read(anew: boolean): Promise<SessionPlayback>;
  /** Makes operations durable. @throws as {@link SessionStore.apply} */
  commit(ops: readonly Op[]): Promise<unknown>;
  nowSeconds(): number;
}

/** What became of a message. */
export interface SettledPlayback {
  readonly number: number;
  readonly state: 'played' | 'cut' | 'queued' | 'failed';
  /** When it may be tried again, seconds since the epoch; where it is queued. */
  readonly retryAt?: number;
}

/**
 * Takes messages of a session's playback queue one at a time, each with a lease: no other consumer, in whichever
 * process, has one meanwhile. A consumer that dies loses its message when the lease runs out; the next one gets it again.
 */
export class PlaybackConsumer {
  constructor(
    private readonly source: PlaybackSource,
    /** A name that no other consumer of the session has. */
    readonly name: string,
  ) {}

  /**
   * The next message; the same one again where it is still this consumer's. Undefined where none waits, another consumer
   * has one, the next attempt is not due, or the caller interrupts.
   */
  async next(leaseSeconds = LEASE_SECONDS): Promise<PlaybackMessage | undefined> {
    for (let misses = 0; misses < MAX_MISSES; misses += 1) {
      const { queue, interrupted } = await this.source.read(misses > 0);
      const number = interrupted ? undefined : takeable(queue.header, this.name, this.source.nowSeconds());
      if (number === undefined) return undefined;
      try {
        await this.take(number, leaseSeconds);
        return await this.message(number);
      } catch (error) {
        if (!isParleyError(error, 'playback_not_held')) throw error;
      }
    }
    return undefined;
  }

  /** Prolongs the lease of a message that takes long. @throws ParleyError `playback_not_held` */
  renew(number: number, leaseSeconds = LEASE_SECONDS): Promise<unknown> {
    return this.take(number, leaseSeconds);
  }

  /**
   * It was spoken; or up to an offset, in characters (UTF-16), where it was stopped. That the consumer of a message that
   * an interruption has cut says how far it came is the acknowledged stop of playback: a sample of `barge_in_stop`.
   * @throws ParleyError `playback_not_held`
   */
  async done(number: number, offset?: number): Promise<SettledPlayback> {
    const state = offset === undefined ? 'played' : 'cut';
    const move: PlaybackMove = offset === undefined ? { to: 'played' } : { to: 'cut', offset };
    const stopped = await this.stopOf(number);
    await this.source.commit([this.move(number, move), ...stopped]);
    return { number, state };
  }

  /** It could not be delivered: it is tried again after a while, and given up at last. @throws as {@link done} */
  async failed(number: number): Promise<SettledPlayback> {
    const { queue } = await this.source.read(false);
    const { attempts } = queue.header;
    if (queue.header.current === number && attempts < MAX_ATTEMPTS) {
      const retryAt = this.source.nowSeconds() + retrySeconds(attempts);
      await this.source.commit([this.move(number, { to: 'queued', until: retryAt })]);
      return { number, state: 'queued', retryAt };
    }
    await this.source.commit([this.move(number, { to: 'failed' })]);
    return { number, state: 'failed' };
  }

  private take(number: number, leaseSeconds: number): Promise<unknown> {
    return this.source.commit([this.move(number, { to: 'playing', until: this.source.nowSeconds() + leaseSeconds })]);
  }

  private move(number: number, move: PlaybackMove): MovePlaybackOp {
    return { op: 'movePlayback', number, consumer: this.name, ...move };
  }

  private async message(number: number): Promise<PlaybackMessage> {
    const { queue } = await this.source.read(false);
    const message = playbackMessages(queue).find((candidate) => candidate.number === number);
    if (!message || message.outcome) throw notHeld(this.source.sessionId);
    return message;
  }

  /** Clocks of two machines can differ by more than a stop takes: what cannot be is not recorded. */
  private async stopOf(number: number): Promise<OpOf<'recordLatency'>[]> {
    const { queue } = await this.source.read(false);
    const outcome = queue.messages.get(number)?.outcome;
    if (outcome?.end !== 'cut' || outcome.offset !== null || outcome.consumer !== this.name) return [];
    const seconds = this.source.nowSeconds() - outcome.at;
    return seconds >= 0 ? [{ op: 'recordLatency', stage: 'barge_in_stop', seconds }] : [];
  }
}

function notHeld(sessionId: string): ParleyError {
  return new ParleyError('playback_not_held', `The caller of session ${sessionId} has interrupted meanwhile.`);
}

function retrySeconds(attempts: number): number {
  return Math.min(FIRST_RETRY_SECONDS * 2 ** (attempts - 1), LONGEST_RETRY_SECONDS);
}
