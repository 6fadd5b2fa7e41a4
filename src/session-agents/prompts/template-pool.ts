import { Logger } from '@nestjs/common';
import { Piscina } from 'piscina';

import { describeError } from '../../common/logging/describe-error';
import type { TemplateLimits } from '../../config/parley-config';
import type { TemplateAnswer, TemplateJob, TemplateThread } from './template-job';

/** One that is stopped by a template leaves another for the rest. */
const THREADS = 2;
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

/**
 * Starts the threads that templates are parsed and rendered in; resolves when they are ready. They don't keep the
 * process alive. Both are a minimum as well, so that one that was stopped is replaced while others wait for it.
 */
export async function startTemplatePool(limits: TemplateLimits): Promise<Piscina<TemplateJob, TemplateAnswer>> {
  const pool = new Piscina<TemplateJob, TemplateAnswer>({
    filename: require.resolve('./template-worker'),
    workerData: { limits } satisfies TemplateThread,
    minThreads: THREADS,
    maxThreads: THREADS,
    stricterFIFO: true,
    resourceLimits: { maxOldGenerationSizeMb: heapMebibytes(limits) },
  });
  const logger = new Logger('TemplatePool');
  // Without a listener the end of an idle thread would be the end of the process.
  pool.on('error', (error: unknown) => logger.error({ msg: 'a template thread ended', err: describeError(error) }));
  await Promise.all(Array.from({ length: THREADS }, () => pool.run({ kind: 'start' })));
  return pool;
}

function heapMebibytes({ maxCharacters, memoryLimit }: TemplateLimits): number {
  const bytes = BASE_BYTES + maxCharacters * BYTES_OF_A_TEMPLATE_CHARACTER + memoryLimit * BYTES_OF_A_MADE_ITEM;
  return Math.ceil(bytes / MEBIBYTE);
}
