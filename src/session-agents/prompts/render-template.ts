import { type Liquid, LiquidError, type Template } from 'liquidjs';

import type { JsonObject } from '../../common/json';
import type { TemplateLimits } from '../../config/parley-config';
import { describeIssue, issueAt, TemplateRefusal } from './template-issue';

export type Rendering = { readonly text: string } | { readonly failure: string };

/** Renders a parsed template that has no issues. What fails is told without the values it failed on. */
export function renderTemplate(
  engine: Liquid,
  template: readonly Template[],
  scope: JsonObject,
  limits: TemplateLimits,
): Rendering {
  try {
    return { text: String(engine.renderSync([...template], scope)) };
  } catch (error) {
    return { failure: describeFailure(error, limits) };
  }
}

function describeFailure(error: unknown, { renderTimeoutMs, memoryLimit }: TemplateLimits): string {
  if (!LiquidError.is(error)) return causeOf(error);
  const message = error.originalError?.message ?? '';
  if (message.startsWith('template render limit')) {
    return `takes longer than ${renderTimeoutMs} ms to render (TEMPLATE_RENDER_TIMEOUT_MS)`;
  }
  if (message.startsWith('memory alloc limit')) {
    return `makes more than ${memoryLimit} characters and list items (TEMPLATE_MEMORY_LIMIT)`;
  }
  return describeIssue(issueAt(error.token, causeOf(error.originalError)));
}

function causeOf(error: unknown): string {
  if (error instanceof TemplateRefusal) return error.message;
  return `a value cannot be used as it is (${error instanceof Error ? error.name : 'unknown reason'})`;
}
