import { ParleyError } from '../common/parley-error';

/** Bounds the bytes that unwritten changes may hold, in one memo and, through its parent, in the process. */
export class MemoryBudget {
  private used = 0;

  constructor(
    private readonly limitBytes: number,
    private readonly parent?: MemoryBudget,
  ) {}

  get usedBytes(): number {
    return this.used;
  }

  /** @throws ParleyError `pending_overflow`, or `validation_failed` for what would never fit; nothing is taken then */
  take(bytes: number): void {
    if (bytes > this.limitBytes) {
      throw new ParleyError('validation_failed', `A change is larger than the ${this.limitBytes} bytes that may wait.`);
    }
    if (this.used + bytes > this.limitBytes) {
      throw new ParleyError('pending_overflow', `More than ${this.limitBytes} bytes of changes wait for the store.`);
    }
    this.parent?.take(bytes);
    this.used += bytes;
  }

  give(bytes: number): void {
    this.used -= bytes;
    this.parent?.give(bytes);
  }
}
