import type { ColumnId, JoinNode, LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression } from '../../expressions/bound-expression.ts';
import { hasSubquery, isDeterministic, mapColumns, sameExpression } from '../../expressions/inspect.ts';
import { canRaise } from '../can-raise.ts';
import { columnEquality, EquivalenceClasses } from '../equivalence.ts';
import { mapInputs } from '../plan-tree.ts';
import { outputIds, readColumns } from '../reads.ts';
import type { Rule } from '../rule.ts';
import { joinedRelations } from './order-joins.ts';
import { pushDown } from './push-down-predicates.ts';

type Conditions = readonly BoundExpression[];

/**
 * `a = b AND b > 5` says that `a > 5` too: what is known of one of two equal columns of a join is asked of the other as
 * well, where it may spare reading. Only of columns whose values are the same where they are equal.
 */
export const inferPredicates = {
  name: 'infer-predicates',
  needs: ['inner-join', 'other-join'],
  apply: (plan) => inferred(plan),
} as const satisfies Rule;

function inferred(plan: LogicalPlan): LogicalPlan {
  if (plan.kind !== 'join') return mapInputs(plan, inferred);
  switch (plan.join) {
    case 'inner':
      return inferredInner(plan);
    case 'left':
    case 'semi':
    case 'anti':
    case 'single':
    case 'mark': {
      const left = inferred(plan.left);
      const right = withInferred(inferred(plan.right), classesOf(plan.conditions), heldConditions(left));
      if (plan.join !== 'semi') return { ...plan, left, right };
      return { ...plan, left: withInferred(left, classesOf(plan.conditions), heldConditions(right)), right };
    }
    case 'full':
      return mapInputs(plan, inferred);
  }
}

function inferredInner(plan: JoinNode): LogicalPlan {
  const { relations, conditions } = joinedRelations(plan);
  const below = relations.map(inferred);
  const classes = classesOf([...conditions, ...below.flatMap(heldConditions)]);
  const held = below.flatMap(heldConditions).filter((condition) => loneColumn(condition) !== null);
  const changed = new Map(relations.map((relation, i) => [relation, withInferred(below[i], classes, held)]));
  return withRelations(plan, changed);
}

/** The run of inner joins over changed relations. */
function withRelations(plan: LogicalPlan, changed: ReadonlyMap<LogicalPlan, LogicalPlan>): LogicalPlan {
  const relation = changed.get(plan);
  return relation ?? mapInputs(plan, (input) => withRelations(input, changed));
}

function classesOf(conditions: Conditions): EquivalenceClasses {
  const classes = new EquivalenceClasses();
  for (const condition of conditions) {
    const equality = columnEquality(condition);
    if (equality !== null) classes.add(equality);
  }
  return classes;
}

/** Conditions that hold for every row of a plan. */
function heldConditions(plan: LogicalPlan): Conditions {
  switch (plan.kind) {
    case 'scan':
      return plan.conditions;
    case 'filter':
      return [...plan.conditions, ...heldConditions(plan.input)];
    case 'project':
    case 'sort':
    case 'distinct':
    case 'limit':
      return heldConditions(plan.input);
    case 'join':
      if (plan.join === 'full') return [];
      if (plan.join !== 'inner') return heldConditions(plan.left);
      return [...plan.conditions, ...heldConditions(plan.left), ...heldConditions(plan.right)];
    default:
      return [];
  }
}

/** The relation with what is known of columns that equal its own. */
function withInferred(relation: LogicalPlan, classes: EquivalenceClasses, known: Conditions): LogicalPlan {
  if (known.length === 0) return relation;
  const own = outputIds(relation);
  const there = heldConditions(relation);
  const added: BoundExpression[] = [];
  for (const condition of known) {
    const column = loneColumn(condition);
    if (column === null || own.has(column)) continue;
    for (const equal of classes.of(column)) {
      if (!own.has(equal.index)) continue;
      const moved = mapColumns(condition, () => equal);
      if (![...there, ...added].some((other) => sameExpression(other, moved))) added.push(moved);
    }
  }
  return added.length === 0 ? relation : pushDown(relation, added);
}

/** The one column that a condition compares with constants; null for other conditions. */
function loneColumn(condition: BoundExpression): ColumnId | null {
  switch (condition.kind) {
    case 'comparison':
    case 'in-list':
    case 'like':
    case 'or': {
      const read = readColumns(condition);
      if (read.size !== 1 || hasSubquery(condition) || !isDeterministic(condition) || canRaise(condition)) return null;
      return [...read][0];
    }
    default:
      return null;
  }
}
