import type { ConflictPolicy, TriggerDefinition } from '../../engine/catalog/definitions.ts';
import type { SqlValue } from '../../engine/column/types.ts';
import type { BoundTrigger } from '../binder/bound-statement.ts';
import type { RowValues } from '../expressions/batch.ts';
import { RaisedIgnore } from '../functions/raise.ts';
import type { ChangeContext } from './change.ts';
import type { TableRow } from './table-row.ts';

/** What a trigger does with a row. */
export interface TriggerProgram {
  run(row: TriggerRow, change: ChangeContext): void;
}

/** A row before and after a change, as a trigger's expressions read it: OLD in columns 0 to width - 1, then NEW. */
export class TriggerRow implements RowValues {
  private readonly old: TableRow | null;
  private readonly row: TableRow | null;
  private readonly width: number;

  constructor(old: TableRow | null, row: TableRow | null, columnCount: number) {
    this.old = old;
    this.row = row;
    this.width = columnCount + 2;
  }

  column(id: number): SqlValue {
    return id < this.width ? (this.old as TableRow).column(id) : (this.row as TableRow).column(id - this.width);
  }
}

/** A change of one row that triggers may want to know of. */
export interface RowEvent {
  readonly time: BoundTrigger['time'];
  readonly event: BoundTrigger['event'];
  readonly old: TableRow | null;
  readonly row: TableRow | null;
  /** Of an UPDATE: whether the statement gives the column a value. */
  readonly isAssigned: ((column: number) => boolean) | null;
  /** What the statement says about conflicts: it overrules what the trigger's statements say. */
  readonly policy: ConflictPolicy | null;
}

/** The triggers of one table or view. */
export class Triggers {
  private readonly all: readonly BoundTrigger[];
  private readonly columnCount: number;

  constructor(all: readonly BoundTrigger[], columnCount: number) {
    this.all = all;
    this.columnCount = columnCount;
  }

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  has(event: BoundTrigger['event']): boolean {
    return this.all.some((trigger) => trigger.event === event);
  }

  /** False when a trigger says RAISE(IGNORE): the row is to be left, and the triggers after that one do not fire. */
  fire(what: RowEvent, change: ChangeContext): boolean {
    for (const trigger of this.all) {
      if (trigger.time !== what.time || trigger.event !== what.event) continue;
      if (what.isAssigned !== null && trigger.columns.length > 0 && !trigger.columns.some(what.isAssigned)) continue;
      try {
        this.run(trigger.definition, what, change);
      } catch (error) {
        if (error instanceof RaisedIgnore) return false;
        throw error;
      }
    }
    return true;
  }

  private run(definition: TriggerDefinition, { old, row, policy }: RowEvent, change: ChangeContext): void {
    const { effects } = change;
    if (effects.isRunning(definition) && !effects.settings.recursiveTriggers) return;
    const { changes, lastInsertRowid } = effects.counters;
    const program = effects.program(definition);
    try {
      effects.inTrigger(definition, () =>
        program.run(new TriggerRow(old, row, this.columnCount), { ...change, policy }),
      );
    } finally {
      effects.counters.changes = changes;
      effects.counters.lastInsertRowid = lastInsertRowid;
    }
  }
}
