import { type Context, evalTokenValue, Expression, type RangeToken, Tokenizer, type ValueToken } from 'liquidjs';

import { TemplateRefusal } from './template-issue';

/**
 * Liquid makes the numbers of a range by adding 1. Beyond 2^53 that changes nothing any more, and the list grows until
 * the memory is full; a list that grows so ends the whole process, not only the thread.
 */
const LAST_NUMBER = Number.MAX_SAFE_INTEGER - 1;

class RangeBound extends Expression {
  constructor(private readonly operand: ValueToken) {
    super([operand]);
  }

  override *evaluate(context: Context): Generator<unknown, unknown, unknown> {
    const bound = Number(yield* evalTokenValue(this.operand, context));
    if (Math.abs(bound) > LAST_NUMBER) throw new TemplateRefusal('a range has a bound that is too large');
    return bound;
  }
}

/** Puts a check before both bounds of a range: they may be computed, so that they are known only at rendering. */
export function boundRange(range: RangeToken): void {
  range.lhs = bounded(range.lhs);
  range.rhs = bounded(range.rhs);
}

function bounded(operand: ValueToken): ValueToken {
  const value = new Tokenizer('nil').readFilteredValue();
  value.initial = new RangeBound(operand);
  return value;
}
