import type { AggregateNode, LogicalPlan } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { children, someNode } from '../expressions/inspect.ts';
import { inputsOf, visitExpressions } from './plan-tree.ts';

/** What a plan holds that some rewrites are about, a bit each. Most statements are small and hold few of these. */
const BITS = {
  apply: 1,
  'common-table': 2,
  filter: 4,
  'inner-join': 8,
  'other-join': 16,
  distinct: 32,
  aggregate: 64,
  /** Of a grouping. */
  'several-keys': 65536,
  /** Of all rows, and nothing else. */
  extremes: 131072,
  /** Columns that are not a table's: perhaps nobody reads them. */
  'computed-columns': 128,
  /** OR, as a whole condition of a filter or a join. */
  disjunction: 256,
  /** AND, as a whole condition. */
  conjunction: 512,
  /** A literal as a condition or a LIMIT, or no rows at all. */
  constant: 1024,
  /** On one place. */
  'several-conditions': 2048,
  /** Here and below: in an expression, wherever it stands. */
  subquery: 4096,
  or: 8192,
  /** What needs no row, a literal that may decide what is around it, or NOT. */
  foldable: 16384,
  /** Of an operator or a function, on one projection or grouping: with equal operands or others. */
  'repeated-computation': 32768,
} as const;

export type PlanFeature = keyof typeof BITS;

/** A bit for each feature. */
export type PlanFeatures = number;

export function featureBits(features: readonly PlanFeature[]): PlanFeatures {
  return features.reduce((bits, feature) => bits | BITS[feature], 0);
}

/** Of the plan and all plans below it, but not of those of subqueries. */
export function featuresOf(plan: LogicalPlan): PlanFeatures {
  const found = new FoundFeatures();
  found.addPlan(plan);
  return found.bits;
}

class FoundFeatures {
  bits: PlanFeatures = 0;
  /** What a projection or grouping that is being looked at computes: operators and definitions of functions. */
  private computations: unknown[] | null = null;

  addPlan(plan: LogicalPlan): void {
    this.addNode(plan);
    this.computations = plan.kind === 'project' || plan.kind === 'aggregate' ? [] : null;
    visitExpressions(plan, this.addExpression);
    for (const input of inputsOf(plan)) this.addPlan(input);
  }

  private addNode(plan: LogicalPlan): void {
    switch (plan.kind) {
      case 'apply':
      case 'common-table':
      case 'distinct':
        this.bits |= BITS[plan.kind];
        break;
      case 'filter':
      case 'join':
        this.bits |= plan.kind === 'filter' ? BITS.filter : BITS[plan.join === 'inner' ? 'inner-join' : 'other-join'];
        this.addConditions(plan.conditions, BITS.disjunction);
        break;
      case 'scan':
        this.addConditions(plan.conditions, 0);
        break;
      case 'aggregate':
        this.bits |= BITS.aggregate | BITS['computed-columns'] | (plan.keys.length > 1 ? BITS['several-keys'] : 0);
        if (plan.keys.length === 0 && plan.calls.every(isExtreme)) this.bits |= BITS.extremes;
        break;
      case 'project':
      case 'window':
      case 'set-operation':
      case 'recursive':
        this.bits |= BITS['computed-columns'];
        break;
      case 'limit':
        if (plan.limit?.kind === 'literal') this.bits |= BITS.constant;
        break;
      case 'values':
        if (plan.rows.length === 0) this.bits |= BITS.constant;
    }
  }

  private addConditions(conditions: readonly BoundExpression[], ofOr: PlanFeatures): void {
    if (conditions.length > 1) this.bits |= BITS['several-conditions'];
    for (const { kind } of conditions) {
      this.bits |= kind === 'literal' ? BITS.constant : kind === 'and' ? BITS.conjunction : kind === 'or' ? ofOr : 0;
    }
  }

  private addComputation(what: unknown): void {
    if (this.computations?.includes(what)) this.bits |= BITS['repeated-computation'];
    else this.computations?.push(what);
  }

  private readonly addExpression = (expression: BoundExpression): void => {
    someNode(expression, this.addOne);
  };

  /** Never holds: asks for the next. */
  private readonly addOne = (node: BoundExpression): boolean => {
    switch (node.kind) {
      case 'literal':
      case 'column':
      case 'parameter':
      case 'outer':
        break;
      case 'scalar-subquery':
      case 'exists':
      case 'in-subquery':
        this.bits |= BITS.subquery;
        break;
      case 'not':
        this.bits |= BITS.foldable;
        break;
      case 'and':
      case 'or':
      case 'coalesce':
        if (node.kind === 'or') this.bits |= BITS.or;
        if (node.operands.some(isLiteral)) this.bits |= BITS.foldable;
        break;
      case 'case':
        this.addComputation('case');
        if (node.branches.some(({ when }) => isLiteral(when))) this.bits |= BITS.foldable;
        break;
      case 'comparison':
        // Most nodes are these and columns.
        if (isLiteral(node.left) && isLiteral(node.right)) this.bits |= BITS.foldable;
        break;
      default:
        this.addComputation(
          node.kind === 'function' ? node.definition : 'operator' in node ? node.operator : node.kind,
        );
        if (children(node).every(isLiteral)) this.bits |= BITS.foldable;
    }
    return false;
  };
}

function isExtreme({ definition: { name } }: AggregateNode['calls'][number]): boolean {
  return name === 'min' || name === 'max';
}

function isLiteral({ kind }: BoundExpression): boolean {
  return kind === 'literal';
}
