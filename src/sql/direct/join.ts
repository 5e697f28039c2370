import type { SqlValue } from '../../engine/column/types.ts';
import type { ColumnId } from '../binder/logical-plan.ts';
import type { BoundExpression } from '../expressions/bound-expression.ts';
import type { ScalarEvaluator } from '../expressions/evaluate/evaluator.ts';
import { compileScalar } from '../expressions/evaluate/scalar.ts';
import { valueKey } from '../expressions/values/value-key.ts';
import { areTrue, type DirectExecution } from './execution.ts';
import type { RowSink, RowSource } from './flow.ts';
import type { JoinKey, JoinStep } from './join-steps.ts';
import type { KeptRows } from './kept-rows.ts';
import type { Key } from './key.ts';

type Row = readonly SqlValue[];

const NO_ROWS: readonly Row[] = [];

/** The rows of one side of a run of joins: read once each time the run begins, and looked up by the key where there is one. */
export class JoinSide implements RowSink {
  source!: RowSource;
  readonly kept: KeptRows;
  readonly conditions: readonly ScalarEvaluator[];
  private readonly key: JoinKey | null;
  private readonly own: ScalarEvaluator | null;
  private readonly other: ScalarEvaluator | null;
  private readonly execution: DirectExecution;
  private rows: Row[] = [];
  private byKey: Map<Key, Row[]> | null = null;

  constructor({ key, conditions }: JoinStep, kept: KeptRows, execution: DirectExecution) {
    this.key = key;
    this.own = key === null ? null : compileScalar(key.own);
    this.other = key === null ? null : compileScalar(key.other);
    this.conditions = conditions.map(compileScalar);
    this.kept = kept;
    this.execution = execution;
  }

  take(): boolean {
    this.rows.push(this.kept.save());
    return true;
  }

  begin(): void {
    this.end();
    this.source.run();
  }

  end(): void {
    this.rows = [];
    this.byKey = null;
  }

  /** Those that may go with the rows in the frame. */
  candidates(): readonly Row[] {
    const { other, key, execution } = this;
    if (other === null || key === null) return this.rows;
    const value = execution.valueOf(other);
    if (value === null) return NO_ROWS;
    return this.rowsByKey(key).get(valueKey(value, key.collation)) ?? NO_ROWS;
  }

  private rowsByKey({ collation }: JoinKey): Map<Key, Row[]> {
    if (this.byKey !== null) return this.byKey;
    const byKey = new Map<Key, Row[]>();
    for (const row of this.rows) {
      this.kept.restore(row);
      const value = this.execution.valueOf(this.own as ScalarEvaluator);
      if (value === null) continue;
      const key = valueKey(value, collation);
      const known = byKey.get(key);
      if (known === undefined) byKey.set(key, [row]);
      else known.push(row);
    }
    this.byKey = byKey;
    return byKey;
  }
}

/** Inner joins of all sides, one after the other. */
export class InnerJoins implements RowSource {
  private readonly sides: readonly JoinSide[];
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;

  constructor(sides: readonly JoinSide[], execution: DirectExecution, sink: RowSink) {
    this.sides = sides;
    this.execution = execution;
    this.sink = sink;
  }

  run(): boolean {
    for (const side of this.sides) side.begin();
    const wantsMore = this.from(0);
    for (const side of this.sides) side.end();
    return wantsMore;
  }

  /** Goes through the rows of a side, and for each through those of all behind it. */
  private from(level: number): boolean {
    if (level === this.sides.length) return this.sink.take();
    const { kept, conditions } = this.sides[level];
    const rows = this.sides[level].candidates();
    this.execution.spend(rows.length);
    for (let i = 0; i < rows.length; i++) {
      kept.restore(rows[i]);
      if (areTrue(conditions, this.execution) && !this.from(level + 1)) return false;
    }
    return true;
  }
}

/** Every row of the left side with those of the right one that the conditions admit; a left row without any comes with NULLs. */
export class LeftJoin implements RowSink {
  right!: RowSource;
  /** Takes the rows of the right side. */
  readonly pairs: RowSink;
  private hasPartner = false;
  private readonly conditions: readonly ScalarEvaluator[];
  private readonly rightIds: readonly ColumnId[];
  private readonly execution: DirectExecution;
  private readonly sink: RowSink;

  constructor(
    conditions: readonly BoundExpression[],
    rightIds: readonly ColumnId[],
    execution: DirectExecution,
    sink: RowSink,
  ) {
    this.conditions = conditions.map(compileScalar);
    this.rightIds = rightIds;
    this.execution = execution;
    this.sink = sink;
    this.pairs = { take: () => this.takePair() };
  }

  take(): boolean {
    this.hasPartner = false;
    if (!this.right.run()) return false;
    if (this.hasPartner) return true;
    const { values } = this.execution.frame;
    for (const id of this.rightIds) values[id] = null;
    return this.sink.take();
  }

  private takePair(): boolean {
    if (!areTrue(this.conditions, this.execution)) return true;
    this.hasPartner = true;
    return this.sink.take();
  }
}
