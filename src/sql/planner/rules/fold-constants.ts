import { HeliosError } from '../../../base/errors.ts';
import type { LogicalPlan } from '../../binder/logical-plan.ts';
import type { BoundExpression, CaseExpression, CoalesceExpression } from '../../expressions/bound-expression.ts';
import { literal } from '../../expressions/build.ts';
import type { EvaluationContext } from '../../expressions/context.ts';
import { compileScalar } from '../../expressions/evaluate/scalar.ts';
import { children, isDeterministic, mapExpression } from '../../expressions/inspect.ts';
import { truth } from '../../expressions/values/numeric.ts';
import { isBuiltIn } from '../can-raise.ts';
import { mapNodeExpressions, mapPlan, withConditions } from '../plan-tree.ts';
import type { Rule } from '../rule.ts';
import { foldConditions, foldLogical, foldNot } from './fold-logic.ts';

/** Texts and blobs beyond this length are left to the execution: plans are kept. */
const LONGEST_LITERAL = 1000;

/**
 * Computes what needs no row, and drops what decides nothing: operands of AND and OR, branches of CASE, operands of
 * coalesce. What raises an error is left as it is, so that it raises when (and only when) it is reached.
 */
export const foldConstants = {
  name: 'fold-constants',
  needs: ['foldable', 'constant', 'conjunction'],
  apply: (plan) => mapPlan(plan, (node) => withFoldedConditions(mapNodeExpressions(node, folded))),
} as const satisfies Rule;

function withFoldedConditions(plan: LogicalPlan): LogicalPlan {
  if (plan.kind !== 'filter' && plan.kind !== 'scan' && plan.kind !== 'join') return plan;
  const conditions = foldConditions(plan.conditions);
  if (conditions === plan.conditions) return plan;
  if (plan.kind === 'join') return { ...plan, conditions };
  return plan.kind === 'filter' && conditions.length === 0 ? plan.input : withConditions(plan, conditions);
}

function folded(expression: BoundExpression): BoundExpression {
  return mapExpression(expression, foldNode);
}

function foldNode(node: BoundExpression): BoundExpression {
  switch (node.kind) {
    case 'literal':
    case 'column':
    case 'parameter':
    case 'outer':
    case 'collate':
    case 'scalar-subquery':
    case 'exists':
    case 'in-subquery':
      return node;
    case 'and':
    case 'or':
      return foldLogical(node);
    case 'case':
      return foldCase(node);
    case 'coalesce':
      return foldCoalesce(node);
    case 'not':
      return foldNot(evaluated(node));
    default:
      return evaluated(node);
  }
}

/** Branches that are never taken go; one that is always taken is the last. */
function foldCase(node: CaseExpression): BoundExpression {
  const branches = node.branches.filter(({ when }) => when.kind !== 'literal' || truth(when.value) === true);
  const taken = branches.findIndex(({ when }) => when.kind === 'literal');
  const otherwise = taken < 0 ? node.otherwise : branches[taken].result;
  const kept = taken < 0 ? branches : branches.slice(0, taken);
  if (kept.length === node.branches.length) return node;
  if (kept.length > 0) return { ...node, branches: kept, otherwise };
  if (otherwise === null) return literal(null, node.type);
  return otherwise.type.kind === node.type.kind ? otherwise : typed(otherwise, node);
}

/** A literal can take the type that the whole has; anything else keeps the whole around it. */
function typed(expression: BoundExpression, whole: CaseExpression): BoundExpression {
  if (expression.kind === 'literal') return { ...expression, type: whole.type };
  return { ...whole, branches: [{ when: literal(0n), result: literal(null) }], otherwise: expression };
}

function foldCoalesce(node: CoalesceExpression): BoundExpression {
  const operands = node.operands.filter((operand) => operand.kind !== 'literal' || operand.value !== null);
  const last = operands.findIndex((operand) => operand.kind === 'literal');
  const kept = last < 0 ? operands : operands.slice(0, last + 1);
  if (kept.length === node.operands.length) return node;
  if (kept.length === 0) return literal(null, node.type);
  if (kept.length > 1) return { ...node, operands: kept };
  const [only] = kept;
  if (only.type.kind === node.type.kind) return only;
  return only.kind === 'literal' ? { ...only, type: node.type } : node;
}

/** A node over literals as its value, where it has one. */
function evaluated(node: BoundExpression): BoundExpression {
  if (!children(node).every(({ kind }) => kind === 'literal') || !isDeterministic(node)) return node;
  // A literal could not say that it is JSON and no text.
  if (node.kind === 'function' && (node.definition.tagged !== undefined || !isBuiltIn(node))) return node;
  try {
    const value = compileScalar(node)({ column: noRow }, OUTSIDE_OF_STATEMENTS);
    const isLong = (typeof value === 'string' || value instanceof Uint8Array) && value.length > LONGEST_LITERAL;
    return isLong ? node : { kind: 'literal', value, type: node.type };
  } catch (error) {
    if (error instanceof HeliosError) return node;
    throw error;
  }
}

function noRow(): never {
  throw new HeliosError('INTERNAL', 'a constant reads a row');
}

/** What asks for anything of the running statement, its instant for example, is no constant. */
const OUTSIDE_OF_STATEMENTS = new Proxy({} as EvaluationContext, { get: noRow });
