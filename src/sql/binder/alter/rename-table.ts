import type { CatalogEntry } from '../../../engine/catalog/catalog.ts';
import type { TableDefinition } from '../../../engine/catalog/definitions.ts';
import type { AlterTableAction } from '../../ast/ddl.ts';
import type { SourceRange } from '../../ast/node.ts';
import type { Binder } from '../binder.ts';
import type { BoundAlter } from '../bound-statement.ts';
import { everyIndexOf } from '../every-index.ts';
import { nameTaken, ownerOfName, quoted, refuseReservedName, schemaHolding } from '../schema-names.ts';
import { bindDependents, indexFromText, inObject, parseIndex, parseTable, tableFromText } from './dependents.ts';
import { applyEdits } from './edits.ts';
import { constraintIndexName, refersTo, tableNamesIn, tableNamesInDependent } from './rename.ts';

type RenameTable = Extract<AlterTableAction, { readonly kind: 'rename-table' }>;

export function bindRenameTable(action: RenameTable, table: TableDefinition, binder: Binder): BoundAlter {
  const { catalog, at } = binder;
  const { name } = action;
  const schema = schemaHolding(table);
  const named = { ...action, kind: 'qualified-name', schema: null } as const;
  refuseReservedName(named);
  const owner = ownerOfName(binder, name, schema);
  if (owner !== null) throw nameTaken(owner, named);
  const edited = (sql: string, places: readonly SourceRange[]): string =>
    applyEdits(
      sql,
      places.map(({ position, end }) => ({ position, end, text: quoted(name) })),
    );
  const definitions: CatalogEntry['definition'][] = [];
  const when = ' after rename';
  for (const other of catalog.tables(at, schema)) {
    const statement = parseTable(other.sql);
    if (other.id !== table.id && !refersTo(statement, table.name)) continue;
    const sql = edited(other.sql, tableNamesIn(other.sql, statement, table.name));
    definitions.push(
      inObject('table', other.name, when, () => tableFromText(other, sql, other.columns, binder).definition),
    );
  }
  for (const { index } of everyIndexOf(binder, table)) {
    if (index.sql === null) definitions.push({ ...index, name: constraintIndexName(index, name) });
    else {
      const sql = edited(index.sql, tableNamesIn(index.sql, parseIndex(index.sql), table.name));
      definitions.push(...indexFromText(index, sql, { ...table, name }, binder));
    }
  }
  for (const dependent of bindDependents(binder, '')) {
    const { definition } = dependent;
    const places = tableNamesInDependent(dependent, table.id);
    if (places.length > 0) definitions.push({ ...definition, sql: edited(definition.sql, places) });
  }
  return { kind: 'alter', definitions, indexes: [], drops: [], review: null, added: null, verify: when };
}
