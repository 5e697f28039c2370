import { HeliosError } from '../../base/errors.ts';
import type { TableDefinition, TriggerDefinition } from '../../engine/catalog/definitions.ts';
import type { CreateTriggerStatement } from '../ast/ddl.ts';
import type { SelectStatement } from '../ast/select.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import { parseStatement } from '../parser/parse.ts';
import { bindExpression } from './bind-expression.ts';
import { scanTable } from './bind-from.ts';
import { bindInsert } from './bind-insert.ts';
import { bindQuery } from './bind-select.ts';
import { bindDelete, bindTruncate, bindUpdate } from './bind-update.ts';
import { Binder } from './binder.ts';
import type { BoundDelete, BoundInsert, BoundQuery, BoundTrigger, BoundUpdate } from './bound-statement.ts';
import { plainContext } from './expression-context.ts';
import { columnNamed, ROWID_NAMES, sameName } from './names.ts';
import { remembered } from './remembered.ts';
import { asValue, type Boundary, Scope, type ScopeColumn } from './scope.ts';

const parsed = new WeakMap<TriggerDefinition, CreateTriggerStatement>();

/** A trigger's statement, parsed once. Positions count from the start of `trigger.sql`. */
export function parseTrigger(trigger: TriggerDefinition): CreateTriggerStatement {
  const known = parsed.get(trigger);
  if (known !== undefined) return known;
  const statement = parseStatement(trigger.sql).statement as CreateTriggerStatement;
  parsed.set(trigger, statement);
  return statement;
}

/**
 * The triggers of a table or view, in the order in which they fire, which is SQLite's: temporary ones, the oldest first,
 * then the others, the newest first.
 */
export const bindTriggers = remembered((binder, table): readonly BoundTrigger[] => {
  const all = binder.catalog.triggersOf(binder.at, table.id);
  const lasting = all.filter(({ temporary }) => !temporary).reverse();
  const ordered = [...all.filter(({ temporary }) => temporary), ...lasting];
  return ordered.map((definition) => {
    const { time, event, columns } = parseTrigger(definition);
    const numbers = columns.map(({ name }) => columnNamed(table.columns, name));
    return { definition, time, event, columns: numbers };
  });
});

/** What a trigger does: bound over the two rows, column i of OLD as id i, of NEW as id `columns.length + 2 + i`. */
export interface BoundTriggerProgram {
  readonly when: BoundExpression | null;
  readonly steps: readonly (BoundQuery | BoundInsert | BoundUpdate | BoundDelete)[];
}

export function bindTriggerProgram(
  trigger: TriggerDefinition,
  table: TableDefinition,
  outer: Binder,
): BoundTriggerProgram {
  const statement = parseTrigger(trigger);
  // A binder of its own: its first columns are those of the two rows.
  const binder = new Binder(outer.catalog, outer.at, trigger.sql, trigger.temporary ? null : 'main');
  binder.insideTrigger = true;
  binder.references = outer.references;
  binder.instants = outer.instants;
  const old = rowNames(binder, table, 'old');
  const fresh = rowNames(binder, table, 'new');
  const names = statement.event === 'INSERT' ? fresh : statement.event === 'DELETE' ? old : [...old, ...fresh];
  const scope = new Scope(names, null);
  const boundary: Boundary = { outer: scope, free: new Map() };
  try {
    const context = plainContext({ binder, commonTables: null }, scope, 'WHEN');
    return {
      when: statement.when === null ? null : bindExpression(statement.when, context),
      steps: statement.body.map((step) => bindStep(step, binder, boundary)),
    };
  } catch (error) {
    throw error instanceof HeliosError ? errorInTrigger(error, trigger) : error;
  }
}

/** The columns of a row, and its rowid under all of its names, which are found only behind `old` or `new`. */
function rowNames(binder: Binder, table: TableDefinition, alias: string): readonly ScopeColumn[] {
  const { columns } = scanTable(binder, { ...table, rowidColumn: null }, alias, null);
  return columns.flatMap((column): readonly ScopeColumn[] => {
    const isRowid = column.origin?.column === table.rowidColumn;
    if (column.visibility !== 'rowid') return [{ ...(isRowid ? column : asValue(column)), visibility: 'hidden' }];
    const free = ROWID_NAMES.filter((name) => !table.columns.some((other) => sameName(other.name, name)));
    return free.map((name) => ({ ...column, name, visibility: 'hidden' }));
  });
}

function bindStep(
  step: CreateTriggerStatement['body'][number],
  binder: Binder,
  boundary: Boundary,
): BoundTriggerProgram['steps'][number] {
  switch (step.kind) {
    case 'insert':
      return bindInsert(step, binder, boundary);
    case 'update':
      return bindUpdate(step, binder, boundary);
    case 'delete':
      return bindDelete(step, binder, boundary);
    case 'truncate':
      return bindTruncate(step, binder);
    default:
      return { kind: 'query', query: bindQuery(step satisfies SelectStatement, binder, boundary, null) };
  }
}

/** Positions inside of the trigger mean nothing in the statement that sets it off. */
function errorInTrigger(error: HeliosError, trigger: TriggerDefinition): HeliosError {
  if (error.message.startsWith('in trigger ')) return error;
  const details = error.hint === undefined ? { cause: error } : { cause: error, hint: error.hint };
  return new HeliosError(error.code, `in trigger "${trigger.name}": ${error.message}`, details);
}
