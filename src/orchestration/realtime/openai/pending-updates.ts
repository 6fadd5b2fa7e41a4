import { ParleyError } from '../../../common/parley-error';

interface PendingUpdate {
  readonly eventId: string;
  readonly resolve: () => void;
  readonly reject: (error: ParleyError) => void;
}

/**
 * Updates that wait for their answer. The model answers in order and does not say which one: one that its sender no
 * longer waits for keeps its place, or its answer would be taken for the next one's.
 */
export class PendingUpdates {
  private readonly inOrder: PendingUpdate[] = [];

  constructor(private readonly timeoutMs: number) {}

  add(eventId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () =>
        reject(new ParleyError('model_timeout', `The session was not updated in ${this.timeoutMs} ms.`));
      const timer = setTimeout(late, this.timeoutMs);
      this.inOrder.push({
        eventId,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  updated(): void {
    this.inOrder.shift()?.resolve();
  }

  /** Whether it was one of these that was refused. */
  refused(eventId: string, error: ParleyError): boolean {
    const index = this.inOrder.findIndex((update) => update.eventId === eventId);
    if (index === -1) return false;
    this.inOrder.splice(index, 1)[0]?.reject(error);
    return true;
  }

  end(error: ParleyError): void {
    for (const { reject } of this.inOrder.splice(0)) reject(error);
  }
}
