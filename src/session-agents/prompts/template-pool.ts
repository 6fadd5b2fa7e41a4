import { Logger } from '@nestjs/common';

import { describeError } from '../../common/logging/describe-error';
import { FairQueue } from './fair-queue';
import { templatesBusy } from './template-failure';
import type { TemplateAnswer, TemplateTask } from './template-job';
import type { TemplateThread } from './template-thread';

type Thread = Pick<TemplateThread, 'ready' | 'run' | 'stop'>;

/** What may wait: characters that are held for it, and how long. */
export interface WaitBounds {
  readonly maxCharacters: number;
  readonly maxMs: number;
}

/** What waiting takes besides the text and its values; bounds how many wait, however small they are. */
const CHARACTERS_OF_A_TASK = 32 * 1024;
/** About a thousand tasks, or the eight largest. The time leaves threads room to start on a busy machine. */
const BOUNDS: WaitBounds = { maxCharacters: 1024 * CHARACTERS_OF_A_TASK, maxMs: 10_000 };

interface Waiting {
  readonly task: TemplateTask;
  readonly text: string;
  readonly size: number;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: TemplateAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Hands a task to a thread when one is free, and not before: until then it waits in a fair queue. */
export class TemplatePool {
  private readonly queue = new FairQueue<Waiting>();
  private readonly idle: Thread[] = [];
  private readonly logger = new Logger('TemplatePool');
  private closed = false;

  constructor(
    private readonly threads: readonly Thread[],
    private readonly bounds: WaitBounds = BOUNDS,
  ) {
    for (const thread of threads) void this.prepare(thread).then(() => this.release(thread));
  }

  /** @throws ParleyError `template_failed`; `templates_busy` if its turn did not come */
  run(task: TemplateTask): Promise<TemplateAnswer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.giveUp(waiting), this.bounds.maxMs).unref();
      const waiting: Waiting = { task, text: task.text, size: sizeOf(task), timer, resolve, reject };
      this.queue.add(waiting);
      this.serve();
      this.shed();
    });
  }

  /** Ends what is under way, and what waits. */
  async close(): Promise<void> {
    this.closed = true;
    for (let last = this.queue.dropLast(); last !== undefined; last = this.queue.dropLast()) {
      this.refuse(last, 'the service is shutting down');
    }
    await Promise.all(this.threads.map((thread) => thread.stop()));
  }

  private serve(): void {
    while (this.idle.length > 0) {
      const waiting = this.queue.next();
      if (waiting === undefined) return;
      void this.work(this.idle.pop() as Thread, waiting);
    }
  }

  /** Whoever would wait longest is refused, not whoever comes last: nobody can fill the queue for others. */
  private shed(): void {
    while (this.queue.size > this.bounds.maxCharacters) {
      const last = this.queue.dropLast();
      if (last !== undefined) this.refuse(last, 'too many others wait');
    }
  }

  private async work(thread: Thread, waiting: Waiting): Promise<void> {
    clearTimeout(waiting.timer);
    const started = performance.now();
    await thread.run(waiting.task).then(waiting.resolve, waiting.reject);
    // Who stops a thread pays for its start.
    await this.prepare(thread);
    this.queue.done(waiting, performance.now() - started);
    this.release(thread);
  }

  /** A thread that cannot start is tried again by the next task, which then tells its caller why. */
  private async prepare(thread: Thread): Promise<void> {
    if (this.closed) return;
    try {
      await thread.ready();
    } catch (error) {
      if (!this.closed) this.logger.error({ msg: 'a template thread cannot start', err: describeError(error) });
    }
  }

  private release(thread: Thread): void {
    this.idle.push(thread);
    this.serve();
  }

  private giveUp(waiting: Waiting): void {
    this.queue.remove(waiting);
    this.refuse(waiting, `no thread was free for it within ${this.bounds.maxMs} ms`);
  }

  private refuse(waiting: Waiting, reason: string): void {
    clearTimeout(waiting.timer);
    waiting.reject(templatesBusy(reason));
  }
}

function sizeOf(task: TemplateTask): number {
  return CHARACTERS_OF_A_TASK + task.text.length + (task.kind === 'render' ? task.scope.length : 0);
}
