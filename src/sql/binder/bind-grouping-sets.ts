import { LIMITS } from '../../base/limits.ts';
import type { Expression } from '../ast/expressions.ts';
import type { SourceRange } from '../ast/node.ts';
import type { GroupingElement } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { sameExpression } from '../expressions/inspect.ts';
import { bindError } from './binder.ts';

/** Positions among the keys. */
type KeySet = readonly number[];

interface BoundGrouping {
  readonly keys: readonly BoundExpression[];
  readonly sets: readonly KeySet[];
}

/**
 * GROUP BY as keys and the sets of them that are grouped by: ROLLUP stands for its prefixes, CUBE for its subsets, and
 * several elements for every combination of their sets (SQL:2016, 7.13).
 */
export function bindGroupingSets(
  elements: readonly GroupingElement[],
  clause: SourceRange,
  bindKey: (node: Expression) => BoundExpression,
): BoundGrouping {
  const keys: BoundExpression[] = [];
  const keyOf = (node: Expression): number => {
    const expression = bindKey(node);
    const known = keys.findIndex((key) => sameExpression(key, expression));
    if (known >= 0) return known;
    if (keys.length === LIMITS.groupingKeys) {
      throw bindError('LIMIT_EXCEEDED', `GROUP BY with several sets has at most ${LIMITS.groupingKeys} keys`, node);
    }
    return keys.push(expression) - 1;
  };
  const limited = (count: number): void => {
    if (count <= LIMITS.groupingSets) return;
    throw bindError('LIMIT_EXCEEDED', `GROUP BY stands for at most ${LIMITS.groupingSets} sets`, clause);
  };
  let sets: readonly KeySet[] = [[]];
  for (const element of elements) {
    const more = setsOf(element, keyOf, limited);
    limited(sets.length * more.length);
    sets = sets.flatMap((set) => more.map((other) => united([set, other])));
  }
  return { keys, sets };
}

function setsOf(
  element: GroupingElement,
  keyOf: (node: Expression) => number,
  limited: (count: number) => void,
): readonly KeySet[] {
  if (element.kind !== 'grouping-set') return [[keyOf(element)]];
  if (element.operator === 'GROUPING SETS') {
    const sets = element.items.flatMap((item) => {
      const [only] = item;
      if (item.length === 1 && only.kind === 'grouping-set') return setsOf(only, keyOf, limited);
      return [keysOf(item, keyOf)];
    });
    limited(sets.length);
    return sets;
  }
  const items = element.items.map((item) => keysOf(item, keyOf));
  if (element.operator === 'ROLLUP') {
    return Array.from({ length: items.length + 1 }, (_, i) => united(items.slice(0, items.length - i)));
  }
  limited(2 ** items.length);
  return Array.from({ length: 2 ** items.length }, (_, i) =>
    united(items.filter((_item, k) => (i & (1 << (items.length - 1 - k))) === 0)),
  );
}

function keysOf(item: readonly GroupingElement[], keyOf: (node: Expression) => number): KeySet {
  return united(item.map((element) => [keyOf(element as Expression)]));
}

function united(sets: readonly KeySet[]): KeySet {
  return [...new Set(sets.flat())];
}
