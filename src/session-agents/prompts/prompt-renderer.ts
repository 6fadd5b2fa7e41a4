import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Piscina } from 'piscina';

import type { JsonObject } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import { PARLEY_CONFIG, type ParleyConfig, type TemplateLimits } from '../../config/parley-config';
import { checkLength, isTemplate } from './check-template';
import { describeIssue, type TemplateIssue } from './template-issue';
import type { TemplateAnswer, TemplateJob } from './template-job';
import { startTemplatePool } from './template-pool';

/**
 * How much longer than its own limit a rendering may take, the wait for a thread included, before its thread is
 * stopped. The limit of the engine ends nearly all of them in time; it does not reach into a single step.
 */
const GRACE_MS = 1000;

/** Characters of a scope as JSON, of which a thread has to make objects: see what a thread may hold, template-pool.ts. */
const MAX_SCOPE_CHARACTERS = 4 * 1024 * 1024;

type TemplatePool = Piscina<TemplateJob, TemplateAnswer>;

/** Templates come from outside: they are parsed and rendered in threads of their own, never in the event loop. */
@Injectable()
export class PromptRenderer implements OnApplicationShutdown {
  private readonly limits: TemplateLimits;
  /** Starts with the first template: a service without overrides may never need it. */
  private pool: Promise<TemplatePool> | undefined;
  private closed = false;

  constructor(@Inject(PARLEY_CONFIG) { templates }: Pick<ParleyConfig, 'templates'>) {
    this.limits = templates;
  }

  /**
   * @throws ParleyError `template_invalid` with all that is wrong, under the path where the text came from;
   * `template_failed` if that took too long to find out
   */
  async check(text: string, path: string): Promise<void> {
    const issues = checkLength(text, this.limits.maxCharacters) ?? (await this.parse(text));
    if (issues.length === 0) return;
    const errors = issues.map((issue) => ({ path, message: describeIssue(issue) }));
    throw new ParleyError('template_invalid', 'The template has faults.', { errors });
  }

  /** @throws ParleyError `template_failed`, which never quotes the values */
  async render(text: string, values: JsonObject): Promise<string> {
    if (!isTemplate(text)) return text;
    const scope = JSON.stringify(values);
    if (scope.length > MAX_SCOPE_CHARACTERS) throw failed(`has values of more than ${MAX_SCOPE_CHARACTERS} characters`);
    const answer = await this.run({ kind: 'render', text, scope });
    if ('text' in answer) return answer.text;
    throw failed('failure' in answer ? answer.failure : 'was not rendered');
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    // A pool that could not start has nothing to end.
    const pool = await this.pool?.catch(() => undefined);
    await pool?.destroy();
  }

  private async parse(text: string): Promise<readonly TemplateIssue[]> {
    if (!isTemplate(text)) return [];
    const answer = await this.run({ kind: 'check', text });
    return 'issues' in answer ? answer.issues : [];
  }

  private async run(job: TemplateJob): Promise<TemplateAnswer> {
    const pool = await this.startedPool();
    const deadlineMs = this.limits.renderTimeoutMs + GRACE_MS;
    try {
      return await pool.run(job, { signal: AbortSignal.timeout(deadlineMs) });
    } catch (error) {
      if (this.closed) throw shuttingDown();
      throw failed(reasonOf(error, deadlineMs), error);
    }
  }

  private async startedPool(): Promise<TemplatePool> {
    if (this.closed) throw shuttingDown();
    this.pool ??= startTemplatePool(this.limits);
    const pool = await this.pool;
    if (this.closed) throw shuttingDown();
    return pool;
  }
}

function reasonOf(error: unknown, deadlineMs: number): string {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (name === 'AbortError') return `was not done within ${deadlineMs} ms and has been stopped`;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'needs more memory than there is for it';
  return 'ended the thread it was in';
}

function failed(reason: string, cause?: unknown): ParleyError {
  return new ParleyError('template_failed', `The template cannot be rendered: ${reason}`, { cause });
}

function shuttingDown(): ParleyError {
  return new ParleyError('shutting_down', 'The service is shutting down.');
}
