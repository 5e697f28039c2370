import type { IndexDefinition, TableDefinition } from '../../engine/catalog/definitions.ts';
import type { UpsertClause } from '../ast/dml.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { sameExpression } from '../expressions/inspect.ts';
import { bindExpression } from './bind-expression.ts';
import { withoutCollate } from './bind-order.ts';
import { rowScope } from './bind-target.ts';
import { type Binder, bindError } from './binder.ts';
import type { BoundUpsert } from './bound-statement.ts';
import type { ComputedIndex } from './computed-indexes.ts';
import { plainContext } from './expression-context.ts';
import { sameName } from './names.ts';
import { Scope } from './scope.ts';
import { computedIndexes } from './table-indexes.ts';

/** A part of a target: what must be unique, and the collation if it names one. */
interface TargetPart {
  readonly bound: BoundExpression;
  readonly collation: string | null;
}

/** The uniqueness that an ON CONFLICT clause names: by its columns and expressions in any order, or by its name. */
export function conflictTarget(node: UpsertClause, table: TableDefinition, binder: Binder): BoundUpsert['constraint'] {
  const indexes = binder.catalog.indexesOf(binder.at, table.id).filter((index) => index.unique);
  const computed = computedIndexes(binder, table).filter(({ index }) => index.unique);
  if (node.constraint !== null) return constraintNamed(node, node.constraint, table, indexes, computed);
  if (node.target.length === 0) return 'any';
  const { binder: own, columns } = rowScope(binder, table, table.name, binder.sql);
  const scope = new Scope(columns, null);
  const context = plainContext({ binder: own, commonTables: null }, scope, 'ON CONFLICT');
  const parts = node.target.map(({ expression }): TargetPart => {
    const { inner, collation } = withoutCollate(expression);
    return { bound: bindExpression(inner, context), collation };
  });
  if (parts.length === 1 && isRowid(parts[0], table)) return 'rowid';
  const where = node.targetWhere === null ? null : bindExpression(node.targetWhere, context);
  const ordinary = indexes.find(({ columns: keys }) =>
    areTheParts(
      parts,
      keys.map(({ collation }) => collation),
      (i, { bound }) => bound.kind === 'column' && bound.index === keys[i].column,
    ),
  );
  if (ordinary !== undefined) return { indexId: ordinary.id };
  const found = computed.find(({ index, keys, where: filter }) => {
    if (filter !== null && (where === null || !sameExpression(filter, where))) return false;
    const collations = index.columns.map(({ collation }) => collation);
    return areTheParts(parts, collations, (i, { bound }) => sameExpression(bound, keys[i]));
  });
  if (found !== undefined) return { indexId: found.index.id };
  const message = 'ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint';
  throw bindError('INVALID_STATEMENT', message, node);
}

/** True when every key of an index is one of the parts, and there are no others. */
function areTheParts(
  parts: readonly TargetPart[],
  collations: readonly string[],
  isKey: (i: number, part: TargetPart) => boolean,
): boolean {
  return (
    parts.length === collations.length &&
    collations.every((collation, i) =>
      parts.some((part) => isKey(i, part) && (part.collation === null || part.collation === collation)),
    )
  );
}

function isRowid({ bound }: TargetPart, table: TableDefinition): boolean {
  return bound.kind === 'column' && (bound.index === table.rowidColumn || bound.index === table.columns.length);
}

function constraintNamed(
  node: UpsertClause,
  name: string,
  table: TableDefinition,
  indexes: readonly IndexDefinition[],
  computed: readonly ComputedIndex[],
): BoundUpsert['constraint'] {
  const all = [...indexes, ...computed.map(({ index }) => index)];
  const named = all.find((index) => sameName(index.name, name) || sameName(index.constraint ?? '', name));
  if (named !== undefined) return { indexId: named.id };
  if (table.rowidConstraint !== undefined && sameName(table.rowidConstraint, name)) return 'rowid';
  // PostgreSQL's name for a primary key that was given none.
  if (sameName(name, `${table.name}_pkey`)) {
    if (table.rowidColumn !== null) return 'rowid';
    const primary = indexes.find(({ origin }) => origin === 'primary-key');
    if (primary !== undefined) return { indexId: primary.id };
  }
  throw bindError('INDEX_NOT_FOUND', `table "${table.name}" has no unique constraint or index "${name}"`, node);
}
