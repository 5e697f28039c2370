import type { SqlValue } from '../../../engine/column/types.ts';
import type { Expression } from '../../ast/expressions.ts';
import type { Identifier, QualifiedName } from '../../ast/node.ts';
import type { PragmaStatement, VacuumStatement } from '../../ast/utility.ts';
import { literal } from '../../expressions/build.ts';
import type { TableFunctionDefinition } from '../../functions/tables/definition.ts';
import { type Binder, bindError, notSupported } from '../binder.ts';
import type { BoundPragma, BoundQuery, BoundVacuum } from '../bound-statement.ts';
import type { Query, YieldedColumn } from '../logical-plan.ts';
import { foldName } from '../names.ts';
import { didYouMean } from '../near-miss.ts';
import { schemaNamed, schemaOf } from '../schema-names.ts';
import { asTableFunction, type CatalogueTable } from './catalogue-table.ts';
import { HELIOS_TABLES } from './helios-tables.ts';
import { INFORMATION_SCHEMA } from './information-schema.ts';
import { PRAGMA_TABLES } from './pragma-tables.ts';
import { SEQUENCE, schemaTable } from './schema-tables.ts';
import { bindSystemView, SYSTEM_VIEWS } from './system-views.ts';

const SCHEMA_NAMES = new Set(['sqlite_schema', 'sqlite_master']);
const TEMPORARY_SCHEMA_NAMES = new Set(['sqlite_temp_schema', 'sqlite_temp_master']);

/** The catalogue table of this name; null: it is a user's, if anybody's. */
export function bindCatalogueTable(binder: Binder, name: QualifiedName): Query | null {
  const view = isIn('helios', name) ? own(SYSTEM_VIEWS, foldName(name.name)) : null;
  if (view !== null) return bindSystemView(name.name, view, binder);
  const table = catalogueTable(binder, name);
  return table === null ? null : queryOf(binder, name.name, table, []);
}

function catalogueTable(binder: Binder, name: QualifiedName): CatalogueTable | null {
  const folded = foldName(name.name);
  if (isIn('information_schema', name)) return own(INFORMATION_SCHEMA, folded) ?? unknown(name, [INFORMATION_SCHEMA]);
  if (isIn('helios', name)) return own(HELIOS_TABLES, folded) ?? unknown(name, [HELIOS_TABLES, SYSTEM_VIEWS]);
  if (SCHEMA_NAMES.has(folded)) return schemaTable(name.schema === null ? 'main' : (schemaOf(binder, name) ?? 'main'));
  if (TEMPORARY_SCHEMA_NAMES.has(folded)) return schemaTable('temp');
  if (folded === 'sqlite_sequence') return SEQUENCE;
  return folded.startsWith('pragma_') ? own(PRAGMA_TABLES, folded.slice('pragma_'.length)) : null;
}

function isIn(schema: string, name: QualifiedName): boolean {
  return name.schema !== null && foldName(name.schema) === schema;
}

/** `known`: the tables of the schema. */
function unknown({ schema, name, ...place }: QualifiedName, known: readonly object[]): never {
  const near = didYouMean(name, known.flatMap(Object.keys));
  throw bindError('TABLE_NOT_FOUND', `no such table "${schema}.${name}"${near}`, place);
}

/** There is one file: a name can only be that of the whole database. */
export function bindVacuum({ target, into }: VacuumStatement): BoundVacuum {
  if (into !== null) throw notSupported('VACUUM INTO', into);
  if (target !== null && (target.schema !== null || schemaNamed(target.name) === null)) {
    const hint = 'VACUUM takes the whole database: leave the name out.';
    throw bindError('TABLE_NOT_FOUND', `no such schema "${target.name}"`, target, hint);
  }
  return { kind: 'vacuum' };
}

/** `pragma_table_info(…)` and its like as a table function; null for other names. */
export function catalogueFunction(binder: Binder, folded: string, count: number): TableFunctionDefinition | null {
  const table = folded.startsWith('pragma_') ? own(PRAGMA_TABLES, folded.slice('pragma_'.length)) : null;
  return table === null || count > table.maxArguments ? null : asTableFunction(folded, table, binder);
}

/** PRAGMA: what tells of the catalogue is a query, the rest is for the session. */
export function bindPragma(node: PragmaStatement, binder: Binder): BoundQuery | BoundPragma {
  const { name, argument: written, schema } = node;
  const table = own(PRAGMA_TABLES, name);
  const argument = written === null ? null : argumentOf(written);
  if (table === null) return { kind: 'pragma', name, argument, hasArgument: written !== null };
  const args = table.maxArguments === 0 ? [] : [argument, schema];
  return { kind: 'query', query: queryOf(binder, name, table, args) };
}

function queryOf(binder: Binder, name: string, table: CatalogueTable, args: readonly SqlValue[]): Query {
  const definition = asTableFunction(name, table, binder);
  const columns = definition.columns([]).map(
    ({ name: column, type }, number): YieldedColumn => ({
      ...binder.column(column, type, 'BINARY', type.kind === 'TEXT' ? 'TEXT' : 'INTEGER'),
      number,
    }),
  );
  const bound = args.map((value) => literal(value));
  return { plan: { kind: 'table-function', definition, alias: name, arguments: bound, columns }, columns };
}

function argumentOf(node: Expression | Identifier): SqlValue {
  if (node.kind === 'identifier') return node.name;
  if (node.kind === 'literal') return node.value;
  if (node.kind === 'column') return node.name;
  if (node.kind === 'unary' && node.operand.kind === 'literal') {
    const { value } = node.operand;
    if (node.operator === '+') return value;
    if (node.operator === '-' && (typeof value === 'bigint' || typeof value === 'number')) return -value;
  }
  throw bindError('INVALID_STATEMENT', 'a PRAGMA takes a word, a text or a number', node);
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(record, name) ? record[name] : null;
}
