import type { PlaybackQueue } from './playback-queue';

/** Called when the caller interrupts (true) and when the call goes on (false). */
export type InterruptionListener = (value: boolean, epoch: number) => void;

/** What an interruption means in this process, whoever told of it: what plays must stop. */
export class BargeIn {
  private epoch: number;
  private interrupted: boolean;
  private startedMs: number | undefined;
  /** Only there where somebody listens, for memos are many. */
  private listeners: Set<InterruptionListener> | undefined;

  /** Begins with how the session stands: what happened before is nobody's news. */
  constructor(
    private readonly playback: PlaybackQueue,
    private readonly monotonicMs: () => number,
    epoch: number,
    interrupted: boolean,
  ) {
    this.epoch = epoch;
    this.interrupted = interrupted;
    playback.setMediaCancelled(interrupted);
  }

  /** Takes how the session stands now; the same again changes nothing. */
  follow(epoch: number, interrupted: boolean): void {
    const isNew = epoch > this.epoch;
    const hasResumed = this.interrupted && !interrupted;
    // A store that has gone back (a failover) does not bring late audio back.
    this.epoch = Math.max(epoch, this.epoch);
    this.interrupted = interrupted;
    if (isNew) this.begin();
    if (hasResumed || (isNew && !interrupted)) this.playback.setMediaCancelled(false);
    if (isNew && interrupted) this.tell(true);
    else if (hasResumed) this.tell(false);
  }

  /** Seconds from the interruption under way to now; once for each, undefined where there is none to acknowledge. */
  acknowledgeStop(): number | undefined {
    if (this.startedMs === undefined) return undefined;
    const seconds = Math.max(this.monotonicMs() - this.startedMs, 0) / 1000;
    this.startedMs = undefined;
    return seconds;
  }

  listen(listener: InterruptionListener): () => void {
    const listeners = (this.listeners ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  private begin(): void {
    this.startedMs = this.monotonicMs();
    this.playback.setMediaCancelled(true);
  }

  private tell(value: boolean): void {
    for (const listener of this.listeners ?? []) listener(value, this.epoch);
  }
}
