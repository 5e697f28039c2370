import { assert } from '../../base/assert.ts';
import type { Catalog } from '../../engine/catalog/catalog.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { Random } from '../../engine/host.ts';
import type { ReadPoint } from '../../engine/table/access.ts';
import type { CommitLog } from '../../engine/transaction/commit-log.ts';
import type { RowValues } from './batch.ts';
import type { InSubqueryExpression, SubqueryHandle } from './bound-expression.ts';

/** What expressions may ask of the running statement. One object per execution; subqueries get their own. */
export interface EvaluationContext {
  /** One value per parameter, in the order of `parameter` nodes. */
  readonly parameters: readonly SqlValue[];
  /** 'now' in microseconds since 1970 UTC: read from the clock once, so that a statement sees one instant. */
  readonly nowMicros: number;
  readonly random: Random;
  /**
   * What is being evaluated, where that must not depend on the clock: 'a CHECK constraint', 'a generated column', 'an
   * index'. Functions of 'now' refuse there.
   */
  pureFor?: string | null;
  readonly session: SessionCounters;
  /** What the statement sees. */
  readonly at: ReadPoint;
  /** Rows of the enclosing queries, innermost first; null at the top. */
  readonly outer: OuterFrame | null;
  readonly subqueries: SubqueryEvaluator;
}

/** Counted by what changes rows, and read by functions. */
export interface SessionCounters {
  lastInsertRowid: number;
  changes: number;
  totalChanges: number;
  readonly engine: { readonly catalog: Catalog; readonly commitLog: CommitLog };
}

export interface OuterFrame {
  readonly row: RowValues;
  readonly parent: OuterFrame | null;
}

/**
 * Runs subquery plans for the expression evaluators. An uncorrelated plan runs at most once per execution; a
 * correlated one is run with `{ row, parent: context.outer }` as its outer frame. `row` is only valid during the call.
 */
export interface SubqueryEvaluator {
  /** Column `column` of the first row, or NULL. */
  scalar(subquery: SubqueryHandle, column: number, row: RowValues, context: EvaluationContext): SqlValue;
  exists(subquery: SubqueryHandle, row: RowValues, context: EvaluationContext): boolean;
  /**
   * SQL's IN, before negation: true, false, or null (unknown). `operands` are the left side's values. Apply
   * `node.affinities` to the subquery's values and compare by `node.collations`: see `ValueSet` for the plain form.
   */
  contains(
    node: InSubqueryExpression,
    operands: readonly SqlValue[],
    row: RowValues,
    context: EvaluationContext,
  ): boolean | null;
}

/** The row `depth` queries further out; 0 is the query directly around. */
export function outerRow(context: EvaluationContext, depth: number): RowValues {
  let frame = context.outer;
  for (let i = 0; i < depth && frame !== null; i++) frame = frame.parent;
  assert(frame !== null, 'an outer reference without an outer row');
  return frame.row;
}
