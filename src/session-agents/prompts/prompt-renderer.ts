import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';

import type { JsonObject } from '../../common/json';
import { ParleyError } from '../../common/parley-error';
import { PARLEY_CONFIG, type ParleyConfig, type TemplateLimits } from '../../config/parley-config';
import { checkLength, isTemplate } from './check-template';
import { templateFailed } from './template-failure';
import { describeIssue, type TemplateIssue } from './template-issue';
import type { TemplateAnswer, TemplateTask } from './template-job';
import { TemplatePool } from './template-pool';
import { TemplateThread } from './template-thread';

/** One that is stopped by a template leaves another for the rest. */
const THREADS = 2;

/** Characters of a scope as JSON, of which a thread has to make objects: see what a thread may hold, template-thread.ts. */
const MAX_SCOPE_CHARACTERS = 4 * 1024 * 1024;

/** Templates come from outside: they are parsed and rendered in threads of their own, never in the event loop. */
@Injectable()
export class PromptRenderer implements OnApplicationShutdown {
  private readonly limits: TemplateLimits;
  /** Starts with the first template: a service without overrides may never need it. */
  private pool: TemplatePool | undefined;
  private closed = false;

  constructor(@Inject(PARLEY_CONFIG) { templates }: Pick<ParleyConfig, 'templates'>) {
    this.limits = templates;
  }

  /**
   * @throws ParleyError `template_invalid` with all that is wrong, under the path where the text came from;
   * `template_failed` if that took too long to find out; `templates_busy`
   */
  async check(text: string, path: string): Promise<void> {
    const issues = checkLength(text, this.limits.maxCharacters) ?? (await this.parse(text));
    if (issues.length === 0) return;
    const errors = issues.map((issue) => ({ path, message: describeIssue(issue) }));
    throw new ParleyError('template_invalid', 'The template has faults.', { errors });
  }

  /** @throws ParleyError `template_failed`, which never quotes the values; `templates_busy` */
  async render(text: string, values: JsonObject): Promise<string> {
    if (!isTemplate(text)) return text;
    const scope = JSON.stringify(values);
    if (scope.length > MAX_SCOPE_CHARACTERS)
      throw templateFailed(`has values of more than ${MAX_SCOPE_CHARACTERS} characters`);
    const answer = await this.run({ kind: 'render', text, scope });
    if ('text' in answer) return answer.text;
    throw templateFailed('failure' in answer ? answer.failure : 'was not rendered');
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.pool?.close();
  }

  private async parse(text: string): Promise<readonly TemplateIssue[]> {
    if (!isTemplate(text)) return [];
    const answer = await this.run({ kind: 'check', text });
    return 'issues' in answer ? answer.issues : [];
  }

  private async run(task: TemplateTask): Promise<TemplateAnswer> {
    if (this.closed) throw shuttingDown();
    this.pool ??= new TemplatePool(Array.from({ length: THREADS }, () => new TemplateThread(this.limits)));
    try {
      return await this.pool.run(task);
    } catch (error) {
      throw this.closed ? shuttingDown() : error;
    }
  }
}

function shuttingDown(): ParleyError {
  return new ParleyError('shutting_down', 'The service is shutting down.');
}
