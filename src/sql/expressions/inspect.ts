import { unreachable } from '../../base/assert.ts';
import type { Collation } from '../../engine/column/types.ts';
import { type Affinity, affinityOfType } from './affinity-kind.ts';
import type { BoundExpression, CaseExpression, ColumnExpression } from './bound-expression.ts';
import { sameType } from './static-type.ts';
import { sameValue } from './values/compare.ts';

/** SQLite's affinity of an expression: only columns, merged ones too, casts and subqueries that yield a column have one. */
export function affinityOf(expression: BoundExpression): Affinity {
  switch (expression.kind) {
    case 'column':
    case 'outer':
    case 'scalar-subquery':
      return expression.affinity;
    case 'cast':
      return expression.target === 'NUMERIC' ? 'NUMERIC' : affinityOfType(expression.type);
    case 'collate':
      return affinityOf(expression.operand);
    case 'coalesce':
      return expression.isMergedColumn ? affinityOf(expression.operands[0]) : 'NONE';
    case 'function':
      // A column that is known to be JSON is still that column.
      return expression.definition.yieldsFirstArgument === true ? affinityOf(expression.arguments[0]) : 'NONE';
    default:
      return 'NONE';
  }
}

export interface ExpressionCollation {
  readonly collation: Collation;
  /** True when a COLLATE says so, which beats the collation of a column. */
  readonly explicit: boolean;
}

const IMPLICIT_COLLATIONS: { readonly [Name in Collation]: ExpressionCollation } = {
  BINARY: { collation: 'BINARY', explicit: false },
  NOCASE: { collation: 'NOCASE', explicit: false },
  RTRIM: { collation: 'RTRIM', explicit: false },
};

/** The collation that an expression brings along, or null. */
export function collationOf(expression: BoundExpression): ExpressionCollation | null {
  switch (expression.kind) {
    case 'collate':
      return { collation: expression.collation, explicit: true };
    case 'column':
    case 'outer':
      return IMPLICIT_COLLATIONS[expression.collation];
    case 'cast':
    case 'affinity':
      return collationOf(expression.operand);
    case 'unary':
      return expression.operator === '+' ? collationOf(expression.operand) : explicitCollation(expression);
    case 'coalesce':
      return expression.isMergedColumn ? collationOf(expression.operands[0]) : explicitCollation(expression);
    default:
      return explicitCollation(expression);
  }
}

/** A COLLATE somewhere inside an operator's operands counts for the operator as well. */
function explicitCollation(expression: BoundExpression): ExpressionCollation | null {
  switch (expression.kind) {
    case 'literal':
    case 'parameter':
      return null;
    case 'arithmetic':
    case 'comparison':
    case 'concat':
    case 'bitwise':
      return explicitOf(expression.left) ?? explicitOf(expression.right);
    default:
      for (const child of children(expression)) {
        const found = explicitOf(child);
        if (found !== null) return found;
      }
      return null;
  }
}

function explicitOf(operand: BoundExpression): ExpressionCollation | null {
  const found = collationOf(operand);
  return found?.explicit === true ? found : null;
}

/** An explicit COLLATE, left before right; then a column's, left before right; then BINARY. */
export function comparisonCollation(left: BoundExpression, right: BoundExpression): Collation {
  const ofLeft = collationOf(left);
  if (ofLeft?.explicit) return ofLeft.collation;
  const ofRight = collationOf(right);
  if (ofRight?.explicit) return ofRight.collation;
  return ofLeft?.collation ?? ofRight?.collation ?? 'BINARY';
}

const NO_CHILDREN: readonly BoundExpression[] = [];

/** The operands, in evaluation order. Subqueries are opaque: their plans are no children. */
export function children(expression: BoundExpression): readonly BoundExpression[] {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'parameter':
    case 'outer':
    case 'scalar-subquery':
    case 'exists':
      return NO_CHILDREN;
    case 'unary':
    case 'not':
    case 'is-null':
    case 'is-truth':
    case 'cast':
    case 'affinity':
    case 'collate':
      return [expression.operand];
    case 'arithmetic':
    case 'bitwise':
    case 'concat':
    case 'comparison':
      return [expression.left, expression.right];
    case 'and':
    case 'or':
    case 'coalesce':
    case 'in-subquery':
      return expression.operands;
    case 'in-list':
      return [expression.operand, ...expression.items];
    case 'like':
      return expression.escape === null
        ? [expression.operand, expression.pattern]
        : [expression.operand, expression.pattern, expression.escape];
    case 'case': {
      const parts = expression.branches.flatMap(({ when, result }) => [when, result]);
      return expression.otherwise === null ? parts : [...parts, expression.otherwise];
    }
    case 'function':
      return expression.arguments;
    default:
      return unreachable(expression, 'expression');
  }
}

/**
 * Rebuilds a tree from the leaves up: `change` sees each node after its operands have been changed. What does not change
 * stays the same object.
 */
export function mapExpression(
  expression: BoundExpression,
  change: (node: BoundExpression) => BoundExpression,
): BoundExpression {
  const changed: Mapper = (node) => change(mapChildren(node, changed));
  return changed(expression);
}

/**
 * The expression with changed operands; the same object when none has changed. The kinds that statements are full of are
 * written out in the order of `build.ts`: a copy by spread is slow, and has a hidden class of its own.
 */
export function mapChildren(expression: BoundExpression, change: Mapper): BoundExpression {
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'parameter':
    case 'outer':
    case 'scalar-subquery':
    case 'exists':
      return expression;
    case 'unary':
    case 'not':
    case 'is-null':
    case 'is-truth':
    case 'cast':
    case 'affinity':
    case 'collate': {
      const operand = change(expression.operand);
      return operand === expression.operand ? expression : withOperand(expression, operand);
    }
    case 'arithmetic':
    case 'bitwise':
    case 'concat':
    case 'comparison': {
      const left = change(expression.left);
      const right = change(expression.right);
      return left === expression.left && right === expression.right ? expression : withSides(expression, left, right);
    }
    case 'and':
    case 'or': {
      const operands = mapAll(expression.operands, change);
      const { kind, type } = expression;
      return operands === expression.operands ? expression : { kind, operands, type };
    }
    case 'coalesce':
    case 'in-subquery': {
      const operands = mapAll(expression.operands, change);
      return operands === expression.operands ? expression : { ...expression, operands };
    }
    case 'in-list': {
      const operand = change(expression.operand);
      const items = mapAll(expression.items, change);
      if (operand === expression.operand && items === expression.items) return expression;
      const { kind, collation, negated, type } = expression;
      return { kind, operand, items, collation, negated, type };
    }
    case 'like': {
      const operand = change(expression.operand);
      const pattern = change(expression.pattern);
      const escaped = expression.escape === null ? null : change(expression.escape);
      const isSame = operand === expression.operand && pattern === expression.pattern && escaped === expression.escape;
      return isSame ? expression : { ...expression, operand, pattern, escape: escaped };
    }
    case 'case':
      return mapCase(expression, change);
    case 'function': {
      const args = mapAll(expression.arguments, change);
      if (args === expression.arguments) return expression;
      const { kind, definition, collation, type } = expression;
      return { kind, definition, arguments: args, collation, type };
    }
    default:
      return unreachable(expression, 'expression');
  }
}

type OnOperand = Extract<
  BoundExpression,
  { readonly kind: 'unary' | 'not' | 'is-null' | 'is-truth' | 'cast' | 'affinity' | 'collate' }
>;

function withOperand(expression: OnOperand, operand: BoundExpression): BoundExpression {
  const { kind, type } = expression;
  switch (kind) {
    case 'unary':
      return { kind, operator: expression.operator, operand, type };
    case 'not':
      return { kind, operand, type };
    case 'is-null':
      return { kind, operand, negated: expression.negated, type };
    case 'cast':
      return { kind, operand, target: expression.target, type };
    case 'affinity':
      return { kind, operand, affinity: expression.affinity, type };
    default:
      return { ...expression, operand };
  }
}

type OnSides = Extract<BoundExpression, { readonly kind: 'arithmetic' | 'bitwise' | 'concat' | 'comparison' }>;

function withSides(expression: OnSides, left: BoundExpression, right: BoundExpression): BoundExpression {
  const { kind, type } = expression;
  switch (kind) {
    case 'comparison':
      return { kind, operator: expression.operator, left, right, collation: expression.collation, type };
    case 'arithmetic':
      return { kind, operator: expression.operator, left, right, type };
    default:
      return { ...expression, left, right };
  }
}

function mapCase(expression: CaseExpression, change: Mapper): CaseExpression {
  const branches = mapAll(expression.branches, (branch) => {
    const when = change(branch.when);
    const result = change(branch.result);
    return when === branch.when && result === branch.result ? branch : { when, result };
  });
  const otherwise = expression.otherwise === null ? null : change(expression.otherwise);
  if (branches === expression.branches && otherwise === expression.otherwise) return expression;
  return { kind: 'case', branches, otherwise, type: expression.type };
}

/** The list with every item changed; the same list when none is. */
export function mapAll<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let changed: Item[] | null = null;
  for (let i = 0; i < items.length; i++) {
    const item = change(items[i]);
    if (item !== items[i]) changed ??= items.slice(0, i);
    changed?.push(item);
  }
  return changed ?? items;
}

export function mapColumns(
  expression: BoundExpression,
  change: (column: ColumnExpression) => BoundExpression,
): BoundExpression {
  return mapExpression(expression, (node) => (node.kind === 'column' ? change(node) : node));
}

type Mapper = (child: BoundExpression) => BoundExpression;

/**
 * True when the test holds for the expression or for one below it; asked from the left, until it does. Makes no lists of operands,
 * as {@link children} does.
 */
export function someNode(expression: BoundExpression, test: (node: BoundExpression) => boolean): boolean {
  if (test(expression)) return true;
  switch (expression.kind) {
    case 'literal':
    case 'column':
    case 'parameter':
    case 'outer':
    case 'scalar-subquery':
    case 'exists':
      return false;
    case 'unary':
    case 'not':
    case 'is-null':
    case 'is-truth':
    case 'cast':
    case 'affinity':
    case 'collate':
      return someNode(expression.operand, test);
    case 'arithmetic':
    case 'bitwise':
    case 'concat':
    case 'comparison':
      return someNode(expression.left, test) || someNode(expression.right, test);
    case 'and':
    case 'or':
    case 'coalesce':
    case 'in-subquery':
      return someOf(expression.operands, test);
    case 'in-list':
      return someNode(expression.operand, test) || someOf(expression.items, test);
    case 'function':
      return someOf(expression.arguments, test);
    case 'case':
      for (const { when, result } of expression.branches)
        if (someNode(when, test) || someNode(result, test)) return true;
      return expression.otherwise !== null && someNode(expression.otherwise, test);
    default:
      return someOf(children(expression), test);
  }
}

function someOf(expressions: readonly BoundExpression[], test: (node: BoundExpression) => boolean): boolean {
  for (const expression of expressions) if (someNode(expression, test)) return true;
  return false;
}

type SubqueryExpression = Extract<BoundExpression, { readonly kind: 'scalar-subquery' | 'exists' | 'in-subquery' }>;

export function isSubquery(expression: BoundExpression): expression is SubqueryExpression {
  const { kind } = expression;
  return kind === 'scalar-subquery' || kind === 'exists' || kind === 'in-subquery';
}

function varies(node: BoundExpression): boolean {
  return node.kind === 'function' && !node.definition.deterministic;
}

function needsRow(node: BoundExpression): boolean {
  return node.kind === 'column' || isSubquery(node) || varies(node);
}

/** The input columns that are read directly. A correlated subquery may read others through its outer references. */
export function usedColumns(expression: BoundExpression, into = new Set<number>()): Set<number> {
  someNode(expression, (node) => {
    if (node.kind === 'column') into.add(node.index);
    return false;
  });
  return into;
}

/** The one column that is read directly; null where it is none, or several. */
export function soleColumn(expression: BoundExpression): number | null {
  let sole: number | null = null;
  const isAnother = (node: BoundExpression): boolean => {
    if (node.kind !== 'column') return false;
    sole ??= node.index;
    return sole !== node.index;
  };
  return someNode(expression, isAnother) ? null : sole;
}

export function hasSubquery(expression: BoundExpression): boolean {
  return someNode(expression, isSubquery);
}

/** False when two evaluations in one statement may differ. */
export function isDeterministic(expression: BoundExpression): boolean {
  return !someNode(expression, varies);
}

/** True when one evaluation serves every row of a statement's execution: no columns, no subqueries, deterministic. */
export function isConstant(expression: BoundExpression): boolean {
  return !someNode(expression, needsRow);
}

/** The conditions that must all hold: the operands of an AND, or the expression itself. */
export function conjuncts(expression: BoundExpression): readonly BoundExpression[] {
  return expression.kind === 'and' ? expression.operands : [expression];
}

/** Equal in structure, so equal in value for the same row (if deterministic): matches GROUP BY terms. */
export function sameExpression(a: BoundExpression, b: BoundExpression): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || !sameType(a.type, b.type)) return false;
  // Result columns are full of these.
  if (a.kind === 'arithmetic' && b.kind === 'arithmetic') {
    return a.operator === b.operator && sameExpression(a.left, b.left) && sameExpression(a.right, b.right);
  }
  const [childrenA, childrenB] = [children(a), children(b)];
  if (childrenA.length !== childrenB.length || !sameDetails(a, b)) return false;
  return childrenA.every((child, i) => sameExpression(child, childrenB[i]));
}

function sameDetails(a: BoundExpression, b: BoundExpression): boolean {
  if (a.kind === 'literal' && b.kind === 'literal') {
    return typeof a.value === typeof b.value && sameValue(a.value, b.value, 'BINARY');
  }
  if (a.kind === 'column' && b.kind === 'column') {
    return a.index === b.index && a.collation === b.collation && a.affinity === b.affinity;
  }
  return detailObject(a) === detailObject(b) && sameProperties(a, b);
}

/** What tells nodes of a kind apart beyond their operands, by identity. */
function detailObject(expression: BoundExpression): unknown {
  switch (expression.kind) {
    case 'scalar-subquery':
    case 'exists':
    case 'in-subquery':
      return expression.subquery;
    case 'function':
      return expression.definition;
    default:
      return null;
  }
}

/** The properties that tell nodes of a kind apart beyond their operands. */
const DETAILS = [
  'index',
  'depth',
  'operator',
  'collation',
  'negated',
  'truth',
  'target',
  'affinity',
  'column',
] as const;

function sameProperties(a: BoundExpression, b: BoundExpression): boolean {
  if (a.kind === 'case' && b.kind === 'case' && (a.otherwise === null) !== (b.otherwise === null)) return false;
  const ofA = a as Partial<Record<(typeof DETAILS)[number], unknown>>;
  const ofB = b as Partial<Record<(typeof DETAILS)[number], unknown>>;
  return DETAILS.every((detail) => ofA[detail] === ofB[detail]);
}
