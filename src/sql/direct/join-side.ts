import type { SqlValue } from '../../engine/column/types.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { valueKey } from '../expressions/values/value-key.ts';
import type { DirectExecution } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { JoinKey, JoinStep } from './join-steps.ts';
import type { KeptRows } from './kept-rows.ts';
import type { TableRow } from './row-cache.ts';
import type { RowLoader } from './row-loader.ts';
import { type RowsByKey, rowsByValue } from './rows-by-value.ts';
import type { Scan } from './scan.ts';

/** Where the rows of a side come from. */
export interface SideRows {
  read(): readonly TableRow[];
  /** Those that {@link read} has answered, by their keys. */
  byKey(rows: readonly TableRow[], key: JoinKey): RowsByKey;
}

const NO_ROWS: readonly TableRow[] = [];

/** One side of a run of joins: its rows are read once each time the run begins and comes to it, and looked up by the key where there is one. */
export class JoinSide {
  readonly conditions: readonly ScalarEvaluator[];
  private readonly key: JoinKey | null;
  private readonly other: ScalarEvaluator | null;
  private readonly source: SideRows;
  private readonly into: RowLoader;
  private readonly execution: DirectExecution;
  /** null: nobody has asked for them yet. */
  private rows: readonly TableRow[] | null = null;
  private byKey: RowsByKey | null = null;

  constructor({ key, conditions }: JoinStep, source: SideRows, into: RowLoader, execution: DirectExecution) {
    this.key = key;
    this.other = key === null ? null : compileScalar(key.other);
    this.conditions = conditions.map(compileScalar);
    this.source = source;
    this.into = into;
    this.execution = execution;
  }

  /** Those that may go with the rows in the frame. */
  candidates(): readonly TableRow[] {
    const { other, key } = this;
    if (other === null || key === null) return this.all();
    const value = this.execution.valueOf(other);
    if (value === null) return NO_ROWS;
    this.byKey ??= this.source.byKey(this.all(), key);
    return this.byKey.get(valueKey(value, key.collation)) ?? NO_ROWS;
  }

  load(row: TableRow): void {
    this.into.load(row);
  }

  /** Next time they may be others. */
  forget(): void {
    this.rows = null;
    this.byKey = null;
  }

  private all(): readonly TableRow[] {
    this.rows ??= this.source.read();
    return this.rows;
  }
}

/** All rows of a table, which are cached, and by the values of a column, too. */
export class WholeTable implements SideRows {
  private readonly slot: number;
  private readonly position: number;
  private readonly execution: DirectExecution;

  /** `slot`: the table's place among the execution's; `position`: where a row has the key. */
  constructor(slot: number, position: number, execution: DirectExecution) {
    this.slot = slot;
    this.position = position;
    this.execution = execution;
  }

  read(): readonly TableRow[] {
    return this.execution.tables[this.slot].rows;
  }

  byKey(_rows: readonly TableRow[], { collation }: JoinKey): RowsByKey {
    return this.execution.tables[this.slot].byValue(this.position, collation);
  }
}

/** Rows of a table that a scan has picked. */
export class PickedRows implements SideRows, RowSink {
  scan!: Scan;
  private readonly position: number;
  private rows: TableRow[] = [];

  constructor(position: number) {
    this.position = position;
  }

  read(): readonly TableRow[] {
    this.rows = [];
    this.scan.run();
    return this.rows;
  }

  take(): boolean {
    this.rows.push(this.scan.row);
    return true;
  }

  byKey(rows: readonly TableRow[], { collation }: JoinKey): RowsByKey {
    return rowsByValue(rows, collation, (row) => row[this.position]);
  }
}

/** Rows that operators make, which are kept; and those of tables whose key is to be computed. */
export class MadeRows implements SideRows, RowSink {
  source!: RowSource;
  private readonly kept: KeptRows;
  private readonly own: ScalarEvaluator | null;
  private readonly execution: DirectExecution;
  private rows: SqlValue[][] = [];

  constructor({ key }: JoinStep, kept: KeptRows, execution: DirectExecution) {
    this.kept = kept;
    this.own = key === null ? null : compileScalar(key.own);
    this.execution = execution;
  }

  read(): readonly TableRow[] {
    this.rows = [];
    this.source.run();
    return this.rows;
  }

  take(): boolean {
    this.rows.push(this.kept.save());
    return true;
  }

  byKey(rows: readonly TableRow[], { collation }: JoinKey): RowsByKey {
    return rowsByValue(rows, collation, (row) => {
      this.kept.restore(row);
      return this.execution.valueOf(this.own as ScalarEvaluator);
    });
  }
}
