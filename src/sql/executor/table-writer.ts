import type { ConflictPolicy } from '../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { ROWID_COLUMN, type RowLocation } from '../../engine/table/access.ts';
import type { Table } from '../../engine/table/table.ts';
import { tableCoercer } from '../binder/table-coercer.ts';
import { stopBy } from '../expressions/conflict-stop.ts';
import { needsItsType, STATIC_TYPES } from '../expressions/static-type.ts';
import type { TargetPlan } from '../planner/plan-statement.ts';
import { type ChangeContext, type ChangeResult, emptyResult } from './change.ts';
import { ComputedKeys } from './computed-keys.ts';
import { DefaultValues } from './default-values.ts';
import { ForeignKeys } from './foreign-keys.ts';
import { locationsOf } from './key-lookup.ts';
import { Returning } from './returning.ts';
import { RowChecks } from './row-checks.ts';
import { requiredRowid, rowidFrom } from './rowid-value.ts';
import { TableRow } from './table-row.ts';
import { type RowEvent, Triggers } from './triggers.ts';
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
  /** No constraint says anything but ABORT. */
  private readonly onlyAborts: boolean;
  private readonly computed: readonly ComputedKeys[];
  /** Some unique index is over expressions: the engine knows nothing of it. */
  private readonly hasComputedKeys: boolean;
  private readonly foreignKeys: ForeignKeys;
  private readonly triggers: Triggers;
  private readonly returning: Returning;
  private defaults: DefaultValues | null = null;

  constructor(target: TargetPlan) {
    this.target = target;
    this.checks = new RowChecks(target);
    this.computed = target.computedIndexes.map((computed) => new ComputedKeys(computed));
    this.uniquenesses = uniquenessesOf(target, this.computed);
    this.onlyAborts = this.uniquenesses.every(({ policy }) => policy === 'abort');
    this.hasComputedKeys = this.computed.some((keys) => keys.uniqueness !== null);
    this.foreignKeys = new ForeignKeys(target.foreignKeys);
    this.triggers = new Triggers(target.triggers, target.table.columns.length);
    this.returning = new Returning(target.returning);
  }

  /** True when a row that a statement has found may be another one, or gone, when its turn comes. */
  mayTouchOthers(policy: ConflictPolicy | null): boolean {
    const replaces = policy === 'replace' || (policy === null && !this.onlyAborts);
    return replaces || this.foreignKeys.hasChildren || !this.triggers.isEmpty;
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
    if (this.triggers.has('INSERT') && !this.beforeInsert(row, policy, change)) return;
    row.rowid ??= table.nextRowid();
    if (!this.checks.admit(row, context, policy)) {
      this.useUp(row.rowid, change);
      return;
    }
    if (upsert !== null || !this.isLeftToEngine(policy)) {
      const order = upsert === null ? this.uniquenesses : upsert.order(this.uniquenesses);
      if (!this.makeRoom(row, -1, order, policy, upsert, change, result)) {
        this.useUp(row.rowid, change);
        return;
      }
    }
    table.append(transaction, row.rowid, row.values);
    for (const keys of this.computed) keys.didInsert(row, change);
    result.changes++;
    if (!this.target.table.withoutRowid) {
      result.lastInsertRowid = row.rowid;
      change.effects.counters.lastInsertRowid = row.rowid;
    }
    this.returning.add(row, context, result);
    this.foreignKeys.didInsert(row, change);
    this.fire('AFTER', 'INSERT', null, row, null, policy, change);
  }

  /** As in SQLite, AUTOINCREMENT does not give the rowid of a row that is left out again; it does where the row fails. */
  private useUp(rowid: number, { transaction }: ChangeContext): void {
    if (!this.target.table.autoincrement) return;
    const table = transaction.table(this.target.table.id);
    transaction.touch(table);
    table.noteRowid(rowid);
    table.rowids.count(rowid);
  }

  /**
   * Puts `row` in the place of the live row at the location. `assigned`: the columns that the statement names,
   * ROWID_COLUMN for the rowid's.
   */
  update(
    location: RowLocation,
    row: TableRow,
    assigned: readonly number[],
    policy: ConflictPolicy | null,
    change: ChangeContext,
    result: ChangeResult,
  ): void {
    const { context, transaction } = change;
    const table = transaction.table(this.target.table.id);
    const hasTriggers = this.triggers.has('UPDATE');
    const isKept = hasTriggers || !this.foreignKeys.isEmpty || this.computed.length > 0;
    const old = isKept ? this.rowAt(table, location) : null;
    const isNamed = this.namedBy(assigned);
    const { columns } = this.target.table;
    const isAssigned = (column: number): boolean => isNamed(column) || columns[column]?.generated !== undefined;
    let current = location;
    if (hasTriggers) {
      this.checks.compute(row, context);
      if (!this.fire('BEFORE', 'UPDATE', old, row, isNamed, policy, change)) return;
      current = TableWriter.relocate(table, location);
      if (current < 0) return;
      if (current !== location) row.loadOthers(table, current, isAssigned);
    }
    if (!this.checks.admit(row, context, policy)) return;
    if (!this.isLeftToEngine(policy)) {
      if (!this.makeRoom(row, current, this.uniquenesses, policy, null, change, result)) return;
      // Making room may have set off what ended the row itself.
      if (hasTriggers && TableWriter.relocate(table, current) !== current) return;
    }
    const stored = current === location ? null : this.rowAt(table, current);
    table.update(transaction, current, row.rowid as number, row.values);
    result.changes++;
    this.returning.add(row, context, result);
    if (old === null) return;
    for (const keys of this.computed) keys.didUpdate(stored ?? old, row, change);
    this.foreignKeys.didUpdate(old, row, isAssigned, change);
    this.fire('AFTER', 'UPDATE', old, row, isNamed, policy, change);
  }

  /** Deletes the live row at the location. */
  delete(location: RowLocation, change: ChangeContext, result: ChangeResult): void {
    if (this.end(location, this.triggers.has('DELETE'), null, change, result)) result.changes++;
  }

  /** Deletes a child that lost its parent. */
  cascadeDelete(found: RowLocation, change: ChangeContext): void {
    const location = TableWriter.relocate(change.transaction.table(this.target.table.id), found);
    if (location < 0) return;
    const result = emptyResult();
    this.delete(location, change, result);
    change.effects.counters.totalChanges += result.changes;
  }

  /** Ends every row of a table that is about to go, if others refer to it. */
  clearForDrop(change: ChangeContext): void {
    if (!this.foreignKeys.hasOtherChildren(this.target.table.id)) return;
    const foreignKeys = this.foreignKeys.whenDropped;
    const table = change.transaction.table(this.target.table.id);
    for (const location of locationsOf(table.scan(change.transaction, []))) {
      if (TableWriter.relocate(table, location) !== location) continue;
      const old = this.rowAt(table, location);
      table.end(change.transaction, location);
      for (const keys of this.computed) keys.didDelete(old, change);
      foreignKeys.didDelete(old, change);
    }
  }

  /** Gives columns of a child the values that `valueAt` tells for each of them; undefined is their default. */
  cascadeUpdate(
    found: RowLocation,
    columns: readonly number[],
    valueAt: (i: number) => SqlValue | undefined,
    change: ChangeContext,
  ): void {
    const { table: definition, defaults } = this.target;
    const table = change.transaction.table(definition.id);
    const location = TableWriter.relocate(table, found);
    if (location < 0) return;
    const row = this.rowAt(table, location);
    this.defaults ??= new DefaultValues(definition, defaults);
    this.defaults.open(change.context.nowMicros, () => change.context);
    columns.forEach((column, i) => {
      const value = valueAt(i);
      if (column === definition.rowidColumn) {
        row.rowid = requiredRowid(rowidFrom(value ?? null, definition), this.target);
      } else if (value === undefined) row.values[column] = (this.defaults as DefaultValues).value(column);
      else {
        const { type, name } = definition.columns[column];
        const source = needsItsType(type) ? type : STATIC_TYPES.ANY;
        row.values[column] = tableCoercer(type, `${definition.name}.${name}`, source)(value);
      }
    });
    const result = emptyResult();
    const assigned = columns.map((column) => (column === definition.rowidColumn ? ROWID_COLUMN : column));
    this.update(location, row, assigned, 'abort', change, result);
    change.effects.counters.totalChanges += result.changes;
  }

  /** A row of an earlier find as it is now: it may have moved, or be gone (-1). */
  static relocate(table: Table, location: RowLocation): RowLocation {
    return table.findLive(table.valueAt(location, ROWID_COLUMN) as number);
  }

  private rowAt(table: Table, location: RowLocation): TableRow {
    const row = new TableRow(this.target.table);
    row.load(table, location);
    return row;
  }

  /** REPLACE: a row makes room for another one. It is not counted, and triggers seldom hear of it. */
  private replace(location: RowLocation, change: ChangeContext): void {
    const fires = change.effects.settings.recursiveTriggers && this.triggers.has('DELETE');
    this.end(location, fires, 'replace', change, null);
  }

  /** False: a trigger has kept the row, or ended it. `result` takes what RETURNING yields. */
  private end(
    location: RowLocation,
    fires: boolean,
    policy: ConflictPolicy | null,
    change: ChangeContext,
    result: ChangeResult | null,
  ): boolean {
    const table = change.transaction.table(this.target.table.id);
    const isNeeded =
      fires || this.foreignKeys.hasChildren || this.computed.length > 0 || (result !== null && !this.returning.isEmpty);
    const old = isNeeded ? this.rowAt(table, location) : null;
    let current = location;
    if (fires) {
      if (!this.fire('BEFORE', 'DELETE', old, null, null, policy, change)) return false;
      current = TableWriter.relocate(table, location);
      if (current < 0) return false;
    }
    table.end(change.transaction, current);
    if (old === null) return true;
    for (const keys of this.computed) keys.didDelete(old, change);
    if (result !== null) this.returning.add(old, change.context, result);
    this.foreignKeys.didDelete(old, change);
    if (fires) this.fire('AFTER', 'DELETE', old, null, null, policy, change);
    return true;
  }

  /** BEFORE triggers see -1 where the rowid is not known yet. */
  private beforeInsert(row: TableRow, policy: ConflictPolicy | null, change: ChangeContext): boolean {
    const { rowid } = row;
    row.rowid ??= -1;
    this.checks.compute(row, change.context);
    const goesOn = this.fire('BEFORE', 'INSERT', null, row, null, policy, change);
    row.rowid = rowid;
    return goesOn;
  }

  /** False: a trigger wants the row to be left. */
  private fire(
    time: RowEvent['time'],
    event: RowEvent['event'],
    old: TableRow | null,
    row: TableRow | null,
    isAssigned: RowEvent['isAssigned'],
    policy: ConflictPolicy | null,
    change: ChangeContext,
  ): boolean {
    return this.triggers.isEmpty || this.triggers.fire({ time, event, old, row, isAssigned, policy }, change);
  }

  /** Which columns the statement names: the computed ones, which change with them, no trigger can wait for. */
  private namedBy(assigned: readonly number[]): (column: number) => boolean {
    const { rowidColumn } = this.target.table;
    return (column) => column >= 0 && assigned.includes(column === rowidColumn ? ROWID_COLUMN : column);
  }

  /** The engine finds violations by itself, and there is nothing to do about them but to fail. */
  private isLeftToEngine(policy: ConflictPolicy | null): boolean {
    return !this.hasComputedKeys && (policy === 'abort' || (policy === null && this.onlyAborts));
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
      const location = unique.find(table, row, change);
      if (location < 0 || location === own) continue;
      const clause = upsert?.clauseFor(unique.id) ?? null;
      if (clause !== null) {
        upsert?.apply(clause, row, table, location, this, change, result);
        return false;
      }
      const how = policy ?? unique.policy;
      if (how === 'ignore') return false;
      if (how !== 'replace') throw stopBy(how, unique.violation(table, row));
      this.replace(location, change);
    }
    return true;
  }
}
