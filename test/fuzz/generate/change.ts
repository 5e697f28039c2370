import { assignments } from './assignments.ts';
import { condition } from './condition.ts';
import type { Maker, TableInfo } from './maker.ts';
import { writable } from './maker.ts';
import { returning } from './returning.ts';
import { rowOf, valueFor } from './schema.ts';
import { tableScope } from './scope.ts';
import { updateFrom } from './update-from.ts';
import { upsert } from './upsert.ts';
import { literal } from './values.ts';

/** A statement that changes rows or stands at the border of a transaction. */
export function change(maker: Maker, transaction: TransactionState): string {
  maker.reset();
  const table = maker.pick(maker.tables.filter(({ isView, takesChanges = false }) => !isView || takesChanges));
  return maker.choose([
    [5, () => insert(maker, table)],
    [5, () => update(maker, table)],
    [3, () => remove(maker, table)],
    [3, () => transaction.next(maker)],
    [maker.hasForeignKeys ? 0.4 : 0, () => `PRAGMA foreign_keys = ${maker.pick(['ON', 'OFF', 'ON'])}`],
  ]);
}

/** Which BEGINs and savepoints are open. */
export class TransactionState {
  private isOpen = false;
  private readonly savepoints: string[] = [];

  next(maker: Maker): string {
    if (this.savepoints.length > 0 && maker.chance(0.6)) {
      const at = maker.random.below(this.savepoints.length);
      const name = this.savepoints[at];
      const isRollback = maker.chance(0.6);
      this.savepoints.length = isRollback ? at + 1 : at;
      return isRollback ? `ROLLBACK TO ${name}` : `RELEASE ${name}`;
    }
    if (this.isOpen && maker.chance(0.5)) return this.end(maker);
    if (!this.isOpen && this.savepoints.length === 0 && maker.chance(0.5)) {
      this.isOpen = true;
      return 'BEGIN';
    }
    const name = `s${this.savepoints.length}`;
    this.savepoints.push(name);
    return `SAVEPOINT ${name}`;
  }

  /** What closes the transaction, or null: none is open. */
  finish(maker: Maker): string | null {
    if (this.isOpen) return this.end(maker);
    return this.savepoints.length > 0 ? `RELEASE ${this.savepoints[0]}` : null;
  }

  private end(maker: Maker): string {
    this.isOpen = false;
    this.savepoints.length = 0;
    return maker.pick(['COMMIT', 'ROLLBACK', 'COMMIT']);
  }
}

function conflictAction(maker: Maker): string {
  const actions = maker.features.conflictActions
    ? ['', '', ' OR IGNORE', ' OR REPLACE', ' OR FAIL', ' OR ABORT']
    : ['', '', ' OR IGNORE', ' OR REPLACE'];
  return maker.pick(actions);
}

function insert(maker: Maker, table: TableInfo): string {
  const into = `INTO ${table.name}`;
  const back = returning(maker, table, 0.2);
  return maker.choose([
    [4, () => `INSERT${conflictAction(maker)} ${into} VALUES ${maker.list(1, 3, () => rowOf(maker, table))}${back}`],
    [1, () => `REPLACE ${into} VALUES ${maker.list(1, 3, () => rowOf(maker, table))}${back}`],
    [1, () => `INSERT${conflictAction(maker)} ${into} DEFAULT VALUES${back}`],
    [2, () => insertSome(maker, table) + back],
    [2, () => `INSERT${conflictAction(maker)} ${into} ${copy(maker, table)}`],
    [3, () => `INSERT ${into} VALUES ${maker.list(1, 3, () => rowOf(maker, table))} ${upsert(maker, table)}${back}`],
  ]);
}

function insertSome(maker: Maker, table: TableInfo): string {
  const columns = maker.some(writable(table));
  const row = () => `(${columns.map((each) => valueFor(maker, each)).join(', ')})`;
  return `INSERT${conflictAction(maker)} INTO ${table.name} (${columns.map(({ name }) => name).join(', ')}) VALUES ${maker.list(1, 3, row)}`;
}

/** Rows of the table itself, or of another whose columns are converted. */
function copy(maker: Maker, table: TableInfo): string {
  const source = maker.chance(0.4) ? table : maker.pick(maker.tables);
  const scope = tableScope(source);
  const items = writable(table).map(({ kind }) => {
    const fitting = scope.columns.filter((column) => column.kind === kind || kind === 'ANY');
    return fitting.length > 0 && maker.chance(0.8) ? maker.pick(fitting).sql : literal(maker, kind);
  });
  const where = maker.chance(0.7) ? ` WHERE ${condition(maker, scope, 1)}` : '';
  if (source.key.length === 0)
    return `SELECT DISTINCT ${items.join(', ')} FROM ${source.name}${where} ORDER BY ${items.map((_, i) => i + 1).join(', ')}`;
  return `SELECT ${items.join(', ')} FROM ${source.name}${where} ORDER BY ${scope.key.join(', ')}`;
}

/**
 * Rows are changed in the order of their rowids; in SQLite too, unless an index finds them. SQLite goes by the primary key
 * where a table has no rowid: there, no row may meet another one.
 */
function update(maker: Maker, table: TableInfo): string {
  const where = maker.chance(0.85) ? ` WHERE ${condition(maker, tableScope(table), 1)}` : '';
  const hasRowid = table.key[0] === 'rowid' || table.isView;
  const free = hasRowid ? table : { ...table, columns: table.columns.filter(({ name }) => !table.key.includes(name)) };
  if (writable(free).length === 0) return remove(maker, table);
  const action = hasRowid ? `${conflictAction(maker)} ${inRowidOrder(table)}` : ` ${table.name}`;
  const back = returning(maker, table, 0.15);
  const others = maker.tables.filter(({ name }) => name !== table.name);
  if (!table.isView && others.length > 0 && maker.chance(0.2)) {
    const { set, from, test } = updateFrom(maker, free, others);
    return `UPDATE${action} SET ${set} FROM ${from} WHERE ${test}${where.replace(/^ WHERE (.*)$/s, ' AND ($1)')}${back}`;
  }
  return `UPDATE${action} SET ${assignments(maker, free)}${where}${back}`;
}

/** No index may find the rows in another order. */
function inRowidOrder({ name, isView }: TableInfo): string {
  return isView ? name : `${name} NOT INDEXED`;
}

function remove(maker: Maker, table: TableInfo): string {
  const where = maker.chance(0.97) ? ` WHERE ${condition(maker, tableScope(table), 1)}` : '';
  const name = maker.triggered.has(table.name) ? inRowidOrder(table) : table.name;
  return `DELETE FROM ${name}${where}${returning(maker, table, 0.2)}`;
}
