import type { CastExpression, Expression, LiteralExpression } from '../ast/expressions.ts';
import type { Cursor } from './cursor.ts';
import { parsePrefix } from './primary.ts';

/** A text that ends with a number wants its unit behind it. */
const LACKS_UNIT = /^[\d\s.+-]*$/;

/**
 * Behind the word INTERVAL, at a text or a number: `'1 day'`, `3 DAYS` or `'3' DAY`. A text with units becomes a cast, a number
 * the product of it and one of its unit. Whether the unit is one shows when it is used.
 */
export function parseInterval(p: Cursor, position: number): Expression {
  const amount = parsePrefix(p) as LiteralExpression;
  p.raise(0);
  if (amount.literalType === 'text' && !LACKS_UNIT.test(amount.value as string)) return asInterval(amount, position);
  const { start } = p;
  const value = `1 ${p.name('a unit of time, like DAY')}`;
  const end = p.previousEnd;
  const unit: LiteralExpression = { kind: 'literal', literalType: 'text', value, position: start, end };
  p.raise(1);
  const right = asInterval(unit, position);
  return { kind: 'binary', operator: '*', operatorPosition: start, left: amount, right, position, end };
}

function asInterval(operand: LiteralExpression, position: number): CastExpression {
  const { end } = operand;
  const name = 'INTERVAL';
  const type = { kind: 'type-name', name, arguments: [], arrayDimensions: 0, declared: name, position, end } as const;
  return { kind: 'cast', operand, type, position, end };
}
