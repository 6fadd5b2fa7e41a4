import { Logger } from '@nestjs/common';
import { Piscina } from 'piscina';

import { describeError } from '../../common/logging/describe-error';
import type { TemplateLimits } from '../../config/parley-config';
import { templateFailed } from './template-failure';
import type { TemplateAnswer, TemplateJob, TemplateTask, TemplateThreadData } from './template-job';

/**
 * How much longer than its own limit a rendering may take before its thread is stopped. The limit of the engine ends
 * nearly all of them in time; it does not reach into a single step.
 */
const GRACE_MS = 1000;

const MEBIBYTE = 1024 * 1024;
/**
 * What a thread may hold, in bytes: the engine, the parsed templates it keeps and the largest scope; for each character
 * of a template what it becomes when it is parsed; for each character or item that a rendering makes what it takes at
 * most, as a group of one. Wide, because a thread that comes to the end of its memory in one large step ends the whole
 * process with it: what keeps renderings small are the limits of the engine, this one is for what they overlook.
 */
const BASE_BYTES = 192 * MEBIBYTE;
const BYTES_OF_A_TEMPLATE_CHARACTER = 512;
const BYTES_OF_A_MADE_ITEM = 256;

type Worker = Piscina<TemplateJob, TemplateAnswer>;

/** One thread from its start to its end. */
interface Life {
  readonly worker: Worker;
  readonly started: Promise<unknown>;
}

/**
 * A thread that templates are parsed and rendered in, one at a time; it does not keep the process alive. One that ended
 * is replaced. A pool of its own, so that it is known which thread has started and is free: the time of a template must
 * not run while its thread starts.
 */
export class TemplateThread {
  private life: Life | undefined;
  /** A step that cannot be interrupted lasts a little longer than the life it was in. */
  private ended: Promise<void> = Promise.resolve();
  private readonly logger = new Logger('TemplateThread');

  constructor(private readonly limits: TemplateLimits) {}

  /** Resolves when the thread can begin at once. A start that failed is tried again by the next call. */
  async ready(): Promise<void> {
    await this.started();
  }

  /** @throws ParleyError `template_failed`; whatever kept the thread from its start, as it is */
  async run(task: TemplateTask): Promise<TemplateAnswer> {
    const life = await this.started();
    const deadlineMs = this.limits.renderTimeoutMs + GRACE_MS;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.end(life);
    }, deadlineMs);
    try {
      return await life.worker.run(task);
    } catch (error) {
      this.end(life);
      const late = `was not done within ${deadlineMs} ms and has been stopped`;
      throw templateFailed(isLate ? late : reasonOf(error), error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends what is under way; resolves when nothing runs any more. */
  async stop(): Promise<void> {
    if (this.life !== undefined) this.end(this.life);
    await this.ended;
  }

  private async started(): Promise<Life> {
    const life = (this.life ??= this.begin());
    try {
      await life.started;
      return life;
    } catch (error) {
      this.end(life);
      throw error;
    }
  }

  private begin(): Life {
    const worker: Worker = new Piscina({
      filename: require.resolve('./template-worker'),
      workerData: { limits: this.limits } satisfies TemplateThreadData,
      minThreads: 1,
      maxThreads: 1,
      resourceLimits: { maxOldGenerationSizeMb: heapMebibytes(this.limits) },
    });
    const life = { worker, started: worker.run({ kind: 'start' }) };
    // Without a listener the end of an idle thread would be the end of the process.
    worker.on('error', (error: unknown) => {
      this.logger.error({ msg: 'a template thread ended', err: describeError(error) });
      this.end(life);
    });
    return life;
  }

  private end(life: Life): void {
    if (this.life === life) this.life = undefined;
    const [before, end] = [this.ended, life.worker.destroy()];
    this.ended = before.then(() => end);
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'needs more memory than there is for it' : 'ended the thread it was in';
}

function heapMebibytes({ maxCharacters, memoryLimit }: TemplateLimits): number {
  const bytes = BASE_BYTES + maxCharacters * BYTES_OF_A_TEMPLATE_CHARACTER + memoryLimit * BYTES_OF_A_MADE_ITEM;
  return Math.ceil(bytes / MEBIBYTE);
}
