import type { Collation, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../engine/column/vector.ts';
import type { Batch, Selection } from '../expressions/batch.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import { compareValues } from '../expressions/values/compare.ts';
import type { AggregateCallPlan, AggregatePlan } from '../planner/physical-plan.ts';
import { gather, nullVector } from './gather.ts';
import { inputKinds } from './plan-kinds.ts';
import { RowBuffer } from './row-buffer.ts';
import { vectorOfValues } from './value-vector.ts';

/** Of memory: a value in an array of its own. */
const VALUE_BYTES = 40;

/**
 * Columns that are neither grouped nor aggregated, as SQLite has them: of the row that has the extreme of a min or max, or
 * of the group's first row, where no row counts for that or none is asked for ("Bare columns in an aggregate query", lang_select.html).
 */
export class BareColumns {
  private readonly plan: AggregatePlan;
  private readonly first: RowBuffer;
  /** With an extreme: per group its value, and the bare values of its row. */
  private readonly extremes: SqlValue[] = [];
  private readonly extremeRows: (readonly SqlValue[])[] = [];

  constructor(plan: AggregatePlan) {
    this.plan = plan;
    const kinds = inputKinds(plan.input);
    this.first = new RowBuffer(plan.bare.map((position) => kinds[position]));
  }

  /** Of memory, roughly. */
  bytesWith(groups: number): number {
    const { bare, bareFrom } = this.plan;
    return this.first.bytesWith(0) + (bareFrom === null ? 0 : groups * (bare.length + 1) * VALUE_BYTES);
  }

  /** The first rows of new groups, in the groups' order. */
  append(batch: Batch, rows: Uint32Array): void {
    this.first.appendRows((i) => batch.column(this.plan.bare[i]), rows, rows.length);
  }

  /** The first row of the only group there is. */
  takeFirst(batch: Batch): void {
    if (this.first.length > 0 || this.plan.bare.length === 0) return;
    this.append(batch, Uint32Array.of(batch.selection === null ? 0 : batch.selection[0]));
  }

  /** Keeps the row with the extreme of `values`, the argument of a min or max, among the rows that count for it. */
  followExtreme(
    batch: Batch,
    { selection, count }: Selection,
    groupIds: Uint32Array | null,
    values: ColumnVector,
    call: AggregateCallPlan,
  ): void {
    const kind = physicalKindOf(call.arguments[0].type);
    const sign = call.definition.name === 'max' ? 1 : -1;
    const kinds = inputKinds(this.plan.input);
    for (let k = 0; k < count; k++) {
      const row = selection === null ? k : selection[k];
      const group = groupIds === null ? 0 : groupIds[row];
      const value = valueAt(values, kind, row);
      const known = this.extremes[group];
      const isBetter =
        known === undefined || (value !== null && (known === null || beats(value, known, sign, call.collation)));
      if (!isBetter) continue;
      this.extremes[group] = value;
      this.extremeRows[group] = this.plan.bare.map((position) => valueAt(batch.column(position), kinds[position], row));
    }
  }

  /** The i-th bare column for the groups in that order. */
  column(i: number, groups: Int32Array, groupCount: number): ColumnVector {
    const kind = inputKinds(this.plan.input)[this.plan.bare[i]];
    if (this.first.length === 0) return nullVector(kind, groupCount);
    const first = this.first.column(i);
    if (this.plan.bareFrom === null) return gather(first, groups, groupCount);
    const values = Array.from(groups, (group) => {
      const row = this.extremeRows[group];
      return row === undefined ? valueAt(first, kind, group) : row[i];
    });
    return vectorOfValues(values, kind);
  }
}

function beats(value: SqlValue, known: SqlValue, sign: number, collation: Collation): boolean {
  return sign * compareValues(value, known, collation) > 0;
}
