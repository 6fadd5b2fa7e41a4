import { workerData } from 'node:worker_threads';

import type { JsonObject } from '../../common/json';
import { createTemplateEngine } from './template-engine';
import { ParsedTemplates } from './parsed-templates';
import { renderTemplate } from './render-template';
import { describeIssue } from './template-issue';
import type { TemplateAnswer, TemplateJob, TemplateThreadData } from './template-job';
import { parseTemplate } from './template-parser';

/** Texts that stay parsed, in characters: some large templates, or the prompts and greetings of many agents. */
const KEPT_CHARACTERS = 256 * 1024;

const { limits } = workerData as TemplateThreadData;
const engine = createTemplateEngine(limits);
const templates = new ParsedTemplates(engine, Math.max(KEPT_CHARACTERS, limits.maxCharacters));

/** Runs in a thread of its own: nothing here may be imported by the rest of the service. */
export default function runTemplateJob(job: TemplateJob): TemplateAnswer {
  if (job.kind === 'start') return { issues: [] };
  if (job.kind === 'check') return { issues: parseTemplate(engine, job.text).issues };
  const { template, issues } = templates.get(job.text);
  const [fault] = issues;
  if (fault !== undefined) return { failure: describeIssue(fault) };
  return renderTemplate(engine, template, JSON.parse(job.scope) as JsonObject, limits);
}
