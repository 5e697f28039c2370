import type { ColumnDefinition, ForeignKeyDefinition } from '../../engine/catalog/definitions.ts';
import type * as Ddl from '../ast/ddl.ts';
import type { SourceRange } from '../ast/node.ts';
import { bindError } from './binder.ts';
import { columnNamed } from './names.ts';
import { didYouMean } from './near-miss.ts';

/** The foreign keys of a new table, those of its columns first. The parent need not be there yet. */
export function bindForeignKeys(
  node: Ddl.CreateTableStatement,
  numbers: readonly number[],
  columns: readonly ColumnDefinition[],
): readonly ForeignKeyDefinition[] {
  const ofColumns = node.columns.flatMap((column, i) =>
    column.constraints.flatMap((constraint) =>
      constraint.kind === 'references' ? [bindForeignKey([numbers[i]], constraint.reference, constraint)] : [],
    ),
  );
  const ofTable = node.constraints.flatMap((constraint) => {
    if (constraint.kind !== 'foreign-key') return [];
    const numbers = constraint.columns.map(({ name, ...place }) => {
      const number = columnNamed(columns, name);
      if (number >= 0) return number;
      const near = didYouMean(
        name,
        columns.map((column) => column.name),
      );
      throw bindError('COLUMN_NOT_FOUND', `unknown column "${name}" in foreign key definition${near}`, place);
    });
    return [bindForeignKey(numbers, constraint.reference, constraint)];
  });
  return [...ofColumns, ...ofTable];
}

/** The definition of one foreign key over the child's columns of these numbers. */
function bindForeignKey(
  columns: readonly number[],
  reference: Ddl.ForeignKeyReference,
  { name, ...place }: SourceRange & { readonly name: string | null },
): ForeignKeyDefinition {
  const { table, onDelete, onUpdate, deferred } = reference;
  const parentColumns = reference.columns.map((column) => column.name);
  if (parentColumns.length > 0 && parentColumns.length !== columns.length) {
    const message = `a foreign key of ${columns.length} columns references ${parentColumns.length} columns of table "${table.name}"`;
    throw bindError('INVALID_DEFINITION', message, place);
  }
  return { name, columns, parent: table.name, parentColumns, onDelete, onUpdate, deferred };
}
