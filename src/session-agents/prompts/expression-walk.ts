import { type FilteredValueToken, type RangeToken, type Template, type Token, TypeGuards, Value } from 'liquidjs';

import { TemplateRefusal } from './template-issue';

/** Tags in tags, and values in values, that a template may have: more would come near the end of the stack. */
export const MAX_NESTING = 100;

/** A filter as it stands in the text. */
export type FilterToken = FilteredValueToken['filters'][number];

export interface ExpressionVisitor {
  readonly filter: (filter: FilterToken) => void;
  readonly range: (range: RangeToken) => void;
}

/** Shows a visitor what stands in the expressions of one tag or output, but not in the tags below it. */
export function walkExpressions(template: Template, visitor: ExpressionVisitor): void {
  for (const argument of template.arguments?.() ?? []) {
    if (argument instanceof Value) {
      const filters = argument.filters.map((filter) => filter['token'] as FilterToken);
      walkValue(argument.initial.postfix, filters, visitor, 0);
    } else walkToken(argument, visitor, 0);
  }
}

function walkValue(
  operands: readonly Token[],
  filters: readonly FilterToken[],
  visitor: ExpressionVisitor,
  depth: number,
): void {
  for (const operand of operands) walkToken(operand, visitor, depth);
  for (const filter of filters) {
    visitor.filter(filter);
    // A named argument is a pair of name and value.
    for (const argument of filter.args) walkToken(Array.isArray(argument) ? argument[1] : argument, visitor, depth);
  }
}

function walkToken(token: Token | undefined, visitor: ExpressionVisitor, parentDepth: number): void {
  const depth = parentDepth + 1;
  if (depth > MAX_NESTING) throw new TemplateRefusal(`values nest deeper than ${MAX_NESTING}`);
  if (TypeGuards.isRangeToken(token)) {
    for (const bound of [token.lhs, token.rhs]) walkToken(bound, visitor, depth);
    visitor.range(token);
  } else if (TypeGuards.isPropertyAccessToken(token)) {
    for (const part of [token.variable, ...token.props]) walkToken(part, visitor, depth);
  } else if (TypeGuards.isFilteredValueToken(token)) {
    walkValue(token.initial.postfix, token.filters, visitor, depth);
  }
}
