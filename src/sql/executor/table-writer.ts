import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';
import { ROWID_COLUMN, type RowLocation } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import type { TargetPlan } from '../planner/plan-statement.ts';
import { type ChangeContext, type ChangeResult, Returning } from './change.ts';
import { stopBy } from './conflict-stop.ts';
import { RowChecks } from './row-checks.ts';
import { TableRow } from './table-row.ts';
import { type Uniqueness, uniquenessesOf } from './uniqueness.ts';
import type { Upsert } from './upsert.ts';

/**
 * The one way by which statements change the rows of a table: every row is admitted by the table's constraints or
 * stopped by their policies. One writer may be used by several statements that run inside of each other.
 */
export class TableWriter {
  private readonly target: TargetPlan;
  private readonly checks: RowChecks;
  private readonly uniquenesses: readonly Uniqueness[];
  /** No constraint says anything but ABORT: the engine finds violations by itself. */
  private readonly onlyAborts: boolean;
  private readonly returning: Returning;

  constructor(target: TargetPlan) {
    this.target = target;
    this.checks = new RowChecks(target);
    this.uniquenesses = uniquenessesOf(target);
    this.onlyAborts = this.uniquenesses.every(({ policy }) => policy === 'abort');
    this.returning = new Returning(target.returning);
  }

  /** True when writing one row may change or end other rows of the same table. */
  mayTouchOthers(policy: ConflictPolicy | null): boolean {
    return policy === 'replace' || (policy === null && !this.onlyAborts);
  }

  /** Inserts the row; a rowid that is null becomes the next one. `policy`: the statement's. */
  insert(
    row: TableRow,
    policy: ConflictPolicy | null,
    upsert: Upsert | null,
    change: ChangeContext,
    result: ChangeResult,
  ): void {
    const { context, transaction } = change;
    const table = transaction.table(this.target.table.id);
    row.rowid ??= table.nextRowid();
    if (!this.checks.admit(row, context, policy)) return;
    if (upsert !== null || !this.isLeftToEngine(policy)) {
      const order = upsert === null ? this.uniquenesses : upsert.order(this.uniquenesses);
      if (!this.makeRoom(row, -1, order, policy, upsert, change, result)) return;
    }
    table.append(transaction, row.rowid, row.values);
    result.changes++;
    result.lastInsertRowid = row.rowid;
    this.returning.add(row, context, result);
  }

  /** Puts `row` in the place of the live row at the location. */
  update(
    location: RowLocation,
    row: TableRow,
    policy: ConflictPolicy | null,
    change: ChangeContext,
    result: ChangeResult,
  ): void {
    const { context, transaction } = change;
    if (!this.checks.admit(row, context, policy)) return;
    const table = transaction.table(this.target.table.id);
    if (!this.isLeftToEngine(policy) && !this.makeRoom(row, location, this.uniquenesses, policy, null, change, result))
      return;
    table.update(transaction, location, row.rowid as number, row.values);
    result.changes++;
    this.returning.add(row, context, result);
  }

  /** Deletes the live row at the location. */
  delete(location: RowLocation, change: ChangeContext, result: ChangeResult): void {
    const { context, transaction } = change;
    const table = transaction.table(this.target.table.id);
    if (this.returning.isEmpty) table.end(transaction, location);
    else {
      const row = new TableRow(this.target.table);
      row.load(table, location);
      table.end(transaction, location);
      this.returning.add(row, context, result);
    }
    result.changes++;
  }

  /** A row of an earlier find as it is now: it may have moved, or be gone (-1). */
  static relocate(table: Table, location: RowLocation): RowLocation {
    return table.findLive(table.valueAt(location, ROWID_COLUMN) as number);
  }

  private isLeftToEngine(policy: ConflictPolicy | null): boolean {
    return policy === 'abort' || (policy === null && this.onlyAborts);
  }

  /** Deals with the live rows that the row collides with; false: the row is not to be stored (any more). */
  private makeRoom(
    row: TableRow,
    own: RowLocation,
    order: readonly Uniqueness[],
    policy: ConflictPolicy | null,
    upsert: Upsert | null,
    change: ChangeContext,
    result: ChangeResult,
  ): boolean {
    const table = change.transaction.table(this.target.table.id);
    for (const unique of order) {
      const location = unique.find(table, row);
      if (location < 0 || location === own) continue;
      const clause = upsert?.clauseFor(unique.id) ?? null;
      if (clause !== null) {
        upsert?.apply(clause, row, table, location, this, change, result);
        return false;
      }
      const how = policy ?? unique.policy;
      if (how === 'ignore') return false;
      if (how !== 'replace') throw stopBy(how, unique.violation(table, row));
      table.end(change.transaction, location);
    }
    return true;
  }
}
