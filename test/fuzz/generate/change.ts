import { condition } from './condition.ts';
import { number, text } from './expression.ts';
import type { Maker, Scope, TableInfo } from './maker.ts';
import { rowOf, valueFor } from './schema.ts';
import { literal } from './values.ts';

/** A statement that changes rows or stands at the border of a transaction. */
export function change(maker: Maker, transaction: TransactionState): string {
  maker.reset();
  const table = maker.pick(maker.tables.filter(({ isView }) => !isView));
  return maker.choose([
    [5, () => insert(maker, table)],
    [5, () => update(maker, table)],
    [3, () => remove(maker, table)],
    [3, () => transaction.next(maker)],
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

function scopeOf({ name, columns, key }: TableInfo): Scope {
  return {
    columns: columns.map((column) => ({ sql: `${name}.${column.name}`, kind: column.kind })),
    key: key.map((each) => `${name}.${each}`),
    outer: null,
    rows: 25,
  };
}

function conflictAction(maker: Maker): string {
  const actions = maker.features.conflictActions
    ? ['', '', ' OR IGNORE', ' OR REPLACE', ' OR FAIL', ' OR ABORT']
    : ['', '', ' OR IGNORE', ' OR REPLACE'];
  return maker.pick(actions);
}

function insert(maker: Maker, table: TableInfo): string {
  const into = `INTO ${table.name}`;
  const returning = maker.chance(0.2) ? ' RETURNING *' : '';
  return maker.choose([
    [
      4,
      () => `INSERT${conflictAction(maker)} ${into} VALUES ${maker.list(1, 3, () => rowOf(maker, table))}${returning}`,
    ],
    [1, () => `REPLACE ${into} VALUES ${maker.list(1, 3, () => rowOf(maker, table))}${returning}`],
    [1, () => `INSERT${conflictAction(maker)} ${into} DEFAULT VALUES${returning}`],
    [2, () => insertSome(maker, table) + returning],
    [2, () => `INSERT${conflictAction(maker)} ${into} ${copy(maker, table)}`],
    [
      3,
      () => `INSERT ${into} VALUES ${maker.list(1, 3, () => rowOf(maker, table))} ${upsert(maker, table)}${returning}`,
    ],
  ]);
}

function insertSome(maker: Maker, table: TableInfo): string {
  const columns = maker.some(table.columns);
  const row = () => `(${columns.map((each) => valueFor(maker, each)).join(', ')})`;
  return `INSERT${conflictAction(maker)} INTO ${table.name} (${columns.map(({ name }) => name).join(', ')}) VALUES ${maker.list(1, 3, row)}`;
}

/** Rows of the table itself, or of another whose columns are converted. */
function copy(maker: Maker, table: TableInfo): string {
  const source = maker.chance(0.4) ? table : maker.pick(maker.tables);
  const scope = scopeOf(source);
  const items = table.columns.map(({ kind }) => {
    const fitting = scope.columns.filter((column) => column.kind === kind || kind === 'ANY');
    return fitting.length > 0 && maker.chance(0.8) ? maker.pick(fitting).sql : literal(maker, kind);
  });
  const where = maker.chance(0.7) ? ` WHERE ${condition(maker, scope, 1)}` : '';
  if (source.key.length === 0)
    return `SELECT DISTINCT ${items.join(', ')} FROM ${source.name}${where} ORDER BY ${items.map((_, i) => i + 1).join(', ')}`;
  return `SELECT ${items.join(', ')} FROM ${source.name}${where} ORDER BY ${scope.key.join(', ')}`;
}

function upsert(maker: Maker, table: TableInfo): string {
  const target = maker.chance(0.6)
    ? ` (${maker
        .some(table.columns, 2)
        .map(({ name }) => name)
        .join(', ')})`
    : '';
  if (maker.chance(0.3)) return `ON CONFLICT${target} DO NOTHING`;
  const where = maker.chance(0.3) ? ` WHERE ${condition(maker, scopeOf(table), 0)}` : '';
  return `ON CONFLICT${target} DO UPDATE SET ${assignments(maker, table, 'excluded.')}${where}`;
}

function assignments(maker: Maker, table: TableInfo, also = ''): string {
  const scope = scopeOf(table);
  return maker
    .some(table.columns, 2)
    .map((column) => {
      const { name, kind, isRowid = false } = column;
      // A rowid that moves onto the next row, and a subquery that reads what the statement has changed, are matters of luck.
      if (isRowid) return `${name} = ${valueFor(maker, column)}`;
      const value = maker.choose([
        [4, () => literal(maker, kind)],
        [2, () => (also === '' ? name : `${also}${name}`)],
        [kind === 'INTEGER' ? 3 : 0, () => `${name} + ${maker.random.between(-2, 5)}`],
        [kind === 'TEXT' ? 3 : 0, () => `${name} || ${literal(maker, 'TEXT', 0)}`],
        [1, () => (maker.chance(0.5) ? number(maker, scope, 1) : text(maker, scope, 1))],
      ]);
      return `${name} = ${value}`;
    })
    .join(', ');
}

/**
 * Rows are changed in the order of their rowids; in SQLite too, unless an index finds them. SQLite goes by the primary key
 * where a table has no rowid: there, no row may meet another one.
 */
function update(maker: Maker, table: TableInfo): string {
  const where = maker.chance(0.85) ? ` WHERE ${condition(maker, scopeOf(table), 1)}` : '';
  const hasRowid = table.key[0] === 'rowid';
  const free = hasRowid ? table : { ...table, columns: table.columns.filter(({ name }) => !table.key.includes(name)) };
  if (free.columns.length === 0) return remove(maker, table);
  const action = hasRowid ? `${conflictAction(maker)} ${table.name} NOT INDEXED` : ` ${table.name}`;
  return `UPDATE${action} SET ${assignments(maker, free)}${where}${maker.chance(0.15) ? ' RETURNING *' : ''}`;
}

function remove(maker: Maker, table: TableInfo): string {
  const where = maker.chance(0.97) ? ` WHERE ${condition(maker, scopeOf(table), 1)}` : '';
  return `DELETE FROM ${table.name}${where}${maker.chance(0.2) ? ' RETURNING *' : ''}`;
}
