import { HeliosError } from '../../base/errors.ts';
import type { ReferentialAction } from '../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import { ROWID_COLUMN } from '../../engine/table/access.ts';
import type { BoundForeignKey, ForeignKeySides, ParentKey } from '../binder/foreign-keys.ts';
import { columnNamed } from '../binder/names.ts';
import type { ChangePlan } from '../planner/plan-statement.ts';
import type { ChangeContext } from './change.ts';
import { foreignKeyViolation } from './foreign-key-orphans.ts';
import { childKey, childrenOf, type ForeignKeyValues, hasParent, keyOfParent, keyText, sameKey } from './key-lookup.ts';
import type { TableRow } from './table-row.ts';

/** The foreign keys of a table's rows, as children and as parents. To be told of every change when it has been made. */
export class ForeignKeys {
  private readonly asChild: readonly BoundForeignKey[];
  private readonly asParent: readonly BoundForeignKey[];

  constructor({ asChild, asParent }: ForeignKeySides) {
    this.asChild = asChild;
    this.asParent = asParent;
  }

  /** True when ending or changing a row may concern others: the row as it was must be kept then. */
  get hasChildren(): boolean {
    return this.asParent.length > 0;
  }

  hasOtherChildren(tableId: number): boolean {
    return this.asParent.some(({ child }) => child.id !== tableId);
  }

  /** What others do when rows of the table go with the table itself: keys that name nothing are none of its business. */
  get whenDropped(): ForeignKeys {
    return new ForeignKeys({ asChild: [], asParent: this.asParent.filter(({ parent }) => parent !== null) });
  }

  get isEmpty(): boolean {
    return this.asChild.length + this.asParent.length === 0;
  }

  didInsert(row: TableRow, change: ChangeContext): void {
    if (!change.effects.settings.foreignKeys) return;
    for (const foreignKey of this.asChild) this.seekParent(foreignKey, row, change);
  }

  /** `isAssigned` tells of which columns the update is. */
  didUpdate(old: TableRow, row: TableRow, isAssigned: (column: number) => boolean, change: ChangeContext): void {
    if (!change.effects.settings.foreignKeys) return;
    for (const foreignKey of this.asChild) {
      if (foreignKey.definition.columns.some(isAssigned)) this.seekParent(foreignKey, row, change);
    }
    for (const foreignKey of this.asParent) {
      // A key that names nothing was refused before if it is about what is assigned: see requireParents.
      if (foreignKey.parent !== null) this.leaveChildren(foreignKey, old, row, change);
    }
  }

  didDelete(old: TableRow, change: ChangeContext): void {
    if (!change.effects.settings.foreignKeys) return;
    for (const foreignKey of this.asParent) this.leaveChildren(foreignKey, old, null, change);
  }

  /**
   * A row is what it was once: `before` it was another one, `after` it is this one; null: none. Nothing is done to other
   * rows, whatever the keys say of that: they may be about to go back as well. All keys are looked at when the transaction
   * ends.
   */
  didRestore(before: TableRow | null, after: TableRow | null, { effects, transaction }: ChangeContext): void {
    if (!effects.settings.foreignKeys) return;
    const wait = (foreignKey: BoundForeignKey, parent: ParentKey, key: ForeignKeyValues): void =>
      effects.deferred.add(foreignKey, parent, key, keyText(parent, key));
    for (const foreignKey of after === null ? [] : this.asChild) {
      const parent = parentOf(foreignKey);
      const key = childKey(parent, after as TableRow);
      if (key !== null && !hasParent(parent, key, transaction)) wait(foreignKey, parent, key);
    }
    for (const foreignKey of before === null ? [] : this.asParent) {
      const { parent } = foreignKey;
      if (parent === null) continue;
      const key = keyOfParent(parent, before as TableRow);
      if (key !== null) wait(foreignKey, parent, key);
    }
  }

  private seekParent(foreignKey: BoundForeignKey, row: TableRow, change: ChangeContext): void {
    const parent = parentOf(foreignKey);
    const key = childKey(parent, row);
    if (key === null || hasParent(parent, key, change.transaction)) return;
    suspect(foreignKey, parent, key, change);
  }

  /** The old row's key goes; `row` is what the row has become, null: nothing. */
  private leaveChildren(foreignKey: BoundForeignKey, old: TableRow, row: TableRow | null, change: ChangeContext): void {
    const parent = parentOf(foreignKey);
    const key = keyOfParent(parent, old);
    if (key === null) return;
    if (row !== null) {
      const next = keyOfParent(parent, row);
      if (next !== null && sameKey(parent, key, next)) return;
    }
    const { onDelete, onUpdate } = foreignKey.definition;
    const action = row === null ? onDelete : onUpdate;
    if (action === 'NO ACTION') {
      suspect(foreignKey, parent, key, change);
      return;
    }
    const children = childrenOf(foreignKey, parent, key, change.transaction);
    if (children.length === 0) return;
    if (action === 'RESTRICT') throw foreignKeyViolation(foreignKey, parent, key);
    const { child } = foreignKey;
    change.effects.deeper(`foreign key of table ${child.name}`, () =>
      act(foreignKey, parent, action, children, row, change),
    );
  }
}

function act(
  { child }: BoundForeignKey,
  parent: ParentKey,
  action: Exclude<ReferentialAction, 'NO ACTION' | 'RESTRICT'>,
  children: readonly number[],
  row: TableRow | null,
  change: ChangeContext,
): void {
  const writer = change.effects.programs.writer(child.id);
  const columns = parent.parts.map(({ childColumn }) => childColumn);
  for (const location of children) {
    if (action === 'CASCADE' && row === null) writer.cascadeDelete(location, change);
    else
      writer.cascadeUpdate(
        location,
        columns,
        (i): SqlValue | undefined => {
          if (action === 'SET NULL') return null;
          if (action === 'SET DEFAULT') return undefined;
          const { parentColumn } = parent.parts[i];
          return (row as TableRow).column(parentColumn < 0 ? parent.table.columns.length : parentColumn);
        },
        change,
      );
  }
}

function suspect(
  foreignKey: BoundForeignKey,
  parent: ParentKey,
  key: ForeignKeyValues,
  { effects }: ChangeContext,
): void {
  const isDeferred = foreignKey.definition.deferred || effects.settings.deferForeignKeys;
  (isDeferred ? effects.deferred : effects.immediate).add(foreignKey, parent, key, keyText(parent, key));
}

/**
 * Throws when a change would have to look at a foreign key that names nothing unique, whatever rows there are. `mayOrphan`: children
 * may be without their parents when the statement begins. One row that comes alone can neither orphan them nor help them otherwise.
 */
export function requireParents(change: ChangePlan, mayOrphan: boolean): void {
  const { table, foreignKeys, indexes } = change.target;
  const { asChild, asParent } = foreignKeys;
  const isAssigned = (column: number): boolean =>
    change.kind !== 'update' || change.columns.includes(column === table.rowidColumn ? ROWID_COLUMN : column);
  for (const foreignKey of asChild) if (foreignKey.definition.columns.some(isAssigned)) parentOf(foreignKey);
  if (change.kind === 'insert') {
    const replaces = change.policy === 'replace' && indexes.some(({ unique }) => unique);
    const isOne = change.source.kind === 'rows' && change.source.rows.length === 1;
    const looksAll = mayOrphan || replaces || !isOne || change.target.triggers.some(({ event }) => event === 'INSERT');
    for (const foreignKey of asParent) if (looksAll || foreignKey.definition.deferred) parentOf(foreignKey);
    return;
  }
  const primary = indexes.find(({ origin }) => origin === 'primary-key')?.columns.map(({ column }) => column);
  for (const foreignKey of asParent) {
    const named = foreignKey.definition.parentColumns.map((name) => columnNamed(table.columns, name));
    const key = named.length > 0 ? named : (primary ?? [table.rowidColumn ?? -1]);
    if (change.kind === 'delete' || key.some(isAssigned)) parentOf(foreignKey);
  }
}

function parentOf({ parent, child, definition }: BoundForeignKey): ParentKey {
  if (parent !== null) return parent;
  const columns = definition.parentColumns.length === 0 ? '' : ` (${definition.parentColumns.join(', ')})`;
  throw new HeliosError(
    'INVALID_DEFINITION',
    `foreign key mismatch: "${child.name}" references "${definition.parent}"${columns}, and there is no such table with a primary key or a UNIQUE constraint over exactly these columns`,
  );
}
