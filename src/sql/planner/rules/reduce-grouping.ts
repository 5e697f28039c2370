import type { AggregateNode, ColumnId, LogicalPlan, ProjectedColumn } from '../../binder/logical-plan.ts';
import { columnEquality } from '../equivalence.ts';
import { mapPlan } from '../plan-tree.ts';
import type { Rule } from '../rule.ts';
import { uniqueKeys } from '../unique-keys.ts';

/**
 * Grouping keys that the other keys decide are no keys: of `GROUP BY id, name, city` with a primary key, `id` makes the
 * groups, and name and city are the same in all rows of one.
 */
export const reduceGrouping = {
  name: 'reduce-grouping',
  needs: ['several-keys'],
  apply: (plan) => mapPlan(plan, (node) => (node.kind === 'aggregate' ? reduced(node) : node)),
} as const satisfies Rule;

function reduced(plan: AggregateNode): LogicalPlan {
  if (plan.keys.length < 2 || plan.sets !== undefined) return plan;
  const dependencies = dependenciesOf(plan.input);
  if (dependencies.length === 0) return plan;
  let keys = plan.keys;
  // Keys that stand first are kept where either of two would do.
  for (const key of [...plan.keys].reverse()) {
    const others = keys.filter((other) => other !== key);
    if (isPassedOn(key) && decides(others, key.id, dependencies)) keys = others;
  }
  if (keys.length === plan.keys.length) return plan;
  const bare = plan.keys.flatMap(({ expression, id, type, collation, affinity }) => {
    const isDecided = expression.kind === 'column' && !keys.some((key) => key.id === id);
    return isDecided ? [{ id, name: expression.name, type, collation, affinity }] : [];
  });
  return { ...plan, keys, bare: [...plan.bare, ...bare] };
}

function isPassedOn({ id, expression }: ProjectedColumn): boolean {
  return expression.kind === 'column' && expression.index === id;
}

/** `of` decides `columns`: rows that agree in the one agree in the others. */
interface Dependency {
  readonly of: readonly ColumnId[];
  readonly columns: readonly ColumnId[];
}

/** What the keys of tables, and equalities of inner joins, say of a plan's rows. */
function dependenciesOf(plan: LogicalPlan): readonly Dependency[] {
  switch (plan.kind) {
    case 'scan': {
      const columns = plan.columns.map((column) => column.id);
      return [...uniqueKeys(plan).map((of) => ({ of, columns })), ...equalities(plan.conditions)];
    }
    case 'filter':
      return [...dependenciesOf(plan.input), ...equalities(plan.conditions)];
    case 'project':
    case 'sort':
      return dependenciesOf(plan.input);
    case 'join': {
      const left = dependenciesOf(plan.left);
      if (plan.join === 'inner') return [...left, ...dependenciesOf(plan.right), ...equalities(plan.conditions)];
      return plan.join === 'left' ? [...left, ...dependenciesOf(plan.right)] : plan.join === 'full' ? [] : left;
    }
    default:
      return [];
  }
}

function equalities(conditions: Extract<LogicalPlan, { kind: 'filter' }>['conditions']): readonly Dependency[] {
  return conditions.flatMap((condition) => {
    const equality = columnEquality(condition);
    if (equality === null) return [];
    const [left, right] = [equality.left.index, equality.right.index];
    return [
      { of: [left], columns: [right] },
      { of: [right], columns: [left] },
    ];
  });
}

function decides(keys: readonly ProjectedColumn[], id: ColumnId, dependencies: readonly Dependency[]): boolean {
  const known = new Set(keys.filter(isPassedOn).map((key) => key.id));
  for (let size = -1; size < known.size && !known.has(id); ) {
    size = known.size;
    for (const { of, columns } of dependencies) {
      if (of.every((column) => known.has(column))) for (const column of columns) known.add(column);
    }
  }
  return known.has(id);
}
