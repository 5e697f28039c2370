import type { TableDefinition } from '../../engine/catalog/definitions.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { Expression } from '../ast/expressions.ts';
import type { QualifiedName, SourceRange } from '../ast/node.ts';
import type { FunctionTable } from '../ast/table-references.ts';
import { castTo } from '../expressions/build.ts';
import { EXTENDED_TYPES } from '../expressions/late-parts.ts';
import { isExtended, STATIC_TYPES, type StaticType } from '../expressions/static-type.ts';
import type { FunctionColumn, TableFunctionDefinition } from '../functions/tables/definition.ts';
import {
  type DiffColumn,
  type DiffKey,
  type DiffSide,
  diffRows,
  type TableDiff,
} from '../functions/tables/table-diff.ts';
import { bindStandalone } from './bind-snapshot.ts';
import { at, type Binder, bindError, type InstantInPlan, notSupported } from './binder.ts';
import { relationNamed } from './schema-names.ts';

export const DIFF_FUNCTION = 'helios_diff';

const { ANY, INTEGER, TEXT, TIMESTAMP } = STATIC_TYPES;

/** `helios_diff('table', a [, b])`, as a function without arguments: what it yields hangs on the table. */
export function diffFunction(node: FunctionTable, binder: Binder): TableFunctionDefinition {
  const { arguments: args } = node;
  const [name, from, to] = args;
  if (args.length < 2 || args.length > 3) {
    throw bindError('FUNCTION_NOT_FOUND', `${DIFF_FUNCTION}() takes 2 or 3 arguments, not ${args.length}`, node);
  }
  if (name.kind !== 'literal' || typeof name.value !== 'string') {
    const message = `the first argument of ${DIFF_FUNCTION}() has to be the table's name as a text`;
    throw bindError('INVALID_STATEMENT', message, name, `Write ${DIFF_FUNCTION}('accounts', …).`);
  }
  const table: QualifiedName = { ...name, kind: 'qualified-name', schema: null, name: name.value };
  const points = [
    instantOfArgument(from, name.value, binder),
    instantOfArgument(to ?? null, name.value, binder),
  ] as const;
  const states = points.map((point) => tableAt(table, binder, point)) as [
    TableDefinition | null,
    TableDefinition | null,
  ];
  // There has to be one, at least: the error is that of the second point.
  if (states[0] === null && states[1] === null) relationNamed(binder.asOf(points[1].at, points[1].slot), table);
  return definitionOf(points, states, (states[1] ?? states[0]) as TableDefinition, binder);
}

/** The rows that FLASHBACK TABLE would change: both states as the table is defined now. */
export function flashbackDiff(table: TableDefinition, to: InstantInPlan, binder: Binder): TableFunctionDefinition {
  const present = instantOfArgument(null, table.name, binder);
  return definitionOf([present, to], [table, table], table, binder);
}

/** A number is a transaction, a text a time or `snapshot:name`; null: what the statement sees. */
function instantOfArgument(node: Expression | null, name: string, binder: Binder): InstantInPlan {
  const nowhere: SourceRange = { position: 0, end: 0 };
  if (binder.instants === null) throw notSupported(`${DIFF_FUNCTION}() here`, node ?? nowhere);
  const source = binder.instants();
  if (node === null) return source.add('MAXVALUE', { kind: 'literal', type: STATIC_TYPES.NULL, value: null }, name);
  const point = bindStandalone(node, binder, DIFF_FUNCTION);
  const isTime = point.type.kind === 'TIMESTAMP' || point.type.kind === 'DATE';
  return at(node, () =>
    isTime ? source.add('TIMESTAMP', castTo(point, TIMESTAMP), name) : source.add('BY VALUE', point, name),
  );
}

function tableAt(name: QualifiedName, binder: Binder, { at: point }: InstantInPlan): TableDefinition | null {
  const relation = binder.catalog.relation(point, name.name, 'main');
  if (relation?.kind !== 'view') return relation?.definition ?? null;
  throw bindError('INVALID_STATEMENT', `"${name.name}" is a view: it has no history of its own`, name);
}

function definitionOf(
  points: readonly [InstantInPlan, InstantInPlan],
  [old, now]: readonly [TableDefinition | null, TableDefinition | null],
  table: TableDefinition,
  binder: Binder,
): TableFunctionDefinition {
  const instants = [points[0].slot, points[1].slot] as const;
  const key = keyOf(table, binder, points[table === now ? 1 : 0]);
  const columns: DiffColumn[] = ['operation', 'key'];
  const described: FunctionColumn[] = [
    { name: 'operation', type: TEXT },
    { name: 'key', type: keyType(key, table) },
  ];
  for (let column = 0; column < Math.max(old?.columns.length ?? 0, now?.columns.length ?? 0); column++) {
    for (const [side, definition] of [
      ['old', old],
      ['new', now],
    ] as const) {
      const found = definition?.columns[column];
      if (found === undefined || found.dropped) continue;
      columns.push({ side, column });
      described.push({ name: `${side}_${found.name}`, type: found.type });
    }
  }
  if (described.some(({ type }) => isExtended(type.kind))) EXTENDED_TYPES.get();
  const compared = table.columns.flatMap(({ dropped }, column) => (dropped ? [] : [column]));
  const diff: TableDiff = { instants, old: sideOf(old), new: sideOf(now), key, compared, columns };
  return {
    name: DIFF_FUNCTION,
    minArguments: 0,
    maxArguments: 0,
    columns: () => described,
    open: (_args, _types, context, need) => diffRows(diff, context, need),
  };
}

function sideOf(table: TableDefinition | null): DiffSide | null {
  return table === null ? null : { tableId: table.id, columns: table.columns };
}

/** The primary key, or the rowid. */
function keyOf(table: TableDefinition, { catalog }: Binder, { at: point }: InstantInPlan): DiffKey {
  const primary = catalog.indexesOf(point, table.id).find(({ origin }) => origin === 'primary-key');
  if (primary !== undefined) return { columns: primary.columns.map(({ column }) => column), isOwn: true };
  return { columns: [table.rowidColumn ?? ROWID_COLUMN], isOwn: false };
}

function keyType({ columns }: DiffKey, table: TableDefinition): StaticType {
  if (columns.length > 1) return TEXT;
  return columns[0] === ROWID_COLUMN ? INTEGER : (table.columns[columns[0]]?.type ?? ANY);
}
