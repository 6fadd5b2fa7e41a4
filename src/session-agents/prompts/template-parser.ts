import { type Liquid, LiquidError, ParseError, Parser, type Template, type TopLevelToken } from 'liquidjs';

import { boundRange } from './bounded-range';
import { type FilterToken, MAX_NESTING, walkExpressions } from './expression-walk';
import { faultMessage } from './syntax-fault';
import { issueAt, shown, type TemplateIssue, TemplateRefusal } from './template-issue';

export interface ParsedTemplate {
  readonly template: readonly Template[];
  /** A template with issues must not be rendered. */
  readonly issues: readonly TemplateIssue[];
}

/** Finds every unknown filter of a template; of faults in its syntax the first, because the rest follows from it. */
export function parseTemplate(engine: Liquid, text: string): ParsedTemplate {
  const parser = new TemplateParser(engine);
  try {
    return { template: parser.parse(text), issues: parser.issues.sort(byPlace) };
  } catch (error) {
    return { template: [], issues: [...parser.issues, toIssue(error)].sort(byPlace) };
  }
}

/** An outer tag is made after those in it. */
function byPlace(first: TemplateIssue, second: TemplateIssue): number {
  return first.line - second.line || first.column - second.column;
}

function toIssue(error: unknown): TemplateIssue {
  if (LiquidError.is(error)) return issueAt(error.token, faultMessage(error));
  return { line: 1, column: 1, message: 'cannot be parsed' };
}

/** Every tag and output, however deep, is made by `parseToken`: this is where they are looked at. */
class TemplateParser extends Parser {
  readonly issues: TemplateIssue[] = [];
  private nesting = 0;
  private readonly visitor = {
    filter: (filter: FilterToken): void => this.checkFilter(filter),
    range: boundRange,
  };

  constructor(private readonly engine: Liquid) {
    super(engine);
  }

  override parseToken(token: TopLevelToken, rest: TopLevelToken[]): ReturnType<Parser['parseToken']> {
    this.nesting += 1;
    try {
      if (this.nesting > MAX_NESTING) throw new TemplateRefusal(`tags nest deeper than ${MAX_NESTING}`);
      const template = super.parseToken(token, rest);
      walkExpressions(template, this.visitor);
      return template;
    } catch (error) {
      throw LiquidError.is(error) ? error : new ParseError(error as Error, token);
    } finally {
      this.nesting -= 1;
    }
  }

  private checkFilter(filter: FilterToken): void {
    if (filter.name in this.engine.filters) return;
    this.issues.push(issueAt(filter, `unknown filter ${shown(filter.name)}`));
  }
}
