import type { BoundExpression } from '../expressions/bound-expression.ts';
import { children } from '../expressions/inspect.ts';

/** Functions of 'now' that look at no fraction of a second. */
const WHOLE_SECONDS = new Set([
  'current_timestamp',
  'current_date',
  'current_time',
  'date',
  'time',
  'datetime',
  'unixepoch',
]);

/**
 * True when a constant expression has one value as long as the second lasts: a DEFAULT such as strftime('%s','now') is
 * then computed once a second and not once a row. False for what is not known for sure.
 */
export function isNowByTheSecond(expression: BoundExpression): boolean {
  if (expression.kind === 'function') {
    const { name } = expression.definition;
    const texts = expression.arguments.map(literalText);
    if (texts.includes(null)) return false;
    const isPlain = !texts.some((text) => text?.startsWith('subsec') === true);
    return isPlain && (WHOLE_SECONDS.has(name) || (name === 'strftime' && hasNoFraction(texts[0])));
  }
  if (expression.kind === 'literal') return true;
  const operands = children(expression);
  return operands.length > 0 && operands.every(isNowByTheSecond);
}

function literalText(expression: BoundExpression): string | null {
  return expression.kind === 'literal' && typeof expression.value === 'string' ? expression.value.toLowerCase() : null;
}

/** %f is seconds with a fraction, %J the Julian day. */
function hasNoFraction(format: string | null | undefined): boolean {
  return typeof format === 'string' && !format.includes('%f') && !format.includes('%j');
}
