import type { TemplateLimits } from '../../config/parley-config';
import type { TemplateIssue } from './template-issue';

/**
 * What the threads are asked to do. `start` does nothing: its answer says that a thread has started. A scope is JSON:
 * its size can be known before a thread makes objects of it.
 */
export type TemplateJob =
  | { readonly kind: 'start' }
  | { readonly kind: 'check'; readonly text: string }
  | { readonly kind: 'render'; readonly text: string; readonly scope: string };

export type TemplateAnswer =
  { readonly issues: readonly TemplateIssue[] } | { readonly text: string } | { readonly failure: string };

/** What a thread is asked to do for somebody. */
export type TemplateTask = Exclude<TemplateJob, { readonly kind: 'start' }>;

/** What a thread is started with. */
export interface TemplateThreadData {
  readonly limits: TemplateLimits;
}
