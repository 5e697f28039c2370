import { NO_INTS } from '../../base/empty-arrays.ts';
import type { Collation } from '../../engine/catalog/definitions.ts';
import type { PhysicalKind, SqlValue } from '../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../engine/column/vector.ts';
import { physicalKindOf } from '../expressions/static-type.ts';
import { compareValues } from '../expressions/values/compare.ts';
import type { AggregatePlan } from '../planner/physical-plan.ts';

/** Numbers rows by group where the groups lie one after the other: a row that differs from the one before begins one. */
export class GroupStarts {
  private readonly kinds: readonly PhysicalKind[];
  private readonly collations: readonly Collation[];
  /** The keys of the last row; null: there was none. */
  private previous: readonly SqlValue[] | null = null;
  private ids = NO_INTS;

  constructor({ keys, columns }: AggregatePlan) {
    this.kinds = keys.map((key) => physicalKindOf(key.type));
    this.collations = keys.map((_, i) => columns[i].collation);
  }

  open(): void {
    this.previous = null;
  }

  /** Per selected row how many groups began since the last row of the batch before; valid until the next call. */
  assign(keys: readonly ColumnVector[], selection: Uint32Array | null, count: number): Int32Array {
    if (this.ids.length < count) this.ids = new Int32Array(count);
    const ids = this.ids.subarray(0, count).fill(0);
    const valuesOf = (row: number): readonly SqlValue[] => keys.map((key, i) => valueAt(key, this.kinds[i], row));
    const { previous, collations, kinds } = this;
    const first = valuesOf(selection === null ? 0 : selection[0]);
    if (previous?.some((value, i) => compareValues(value, first[i], collations[i]) !== 0)) ids[0] = 1;
    for (let i = 0; i < keys.length; i++) markChanges(keys[i], kinds[i], collations[i], selection, ids);
    for (let k = 1; k < count; k++) ids[k] += ids[k - 1];
    this.previous = valuesOf(selection === null ? count - 1 : selection[count - 1]);
    return ids;
  }
}

/** Sets a 1 for each row but the first whose value differs from the one before. */
function markChanges(
  vector: ColumnVector,
  kind: PhysicalKind,
  collation: Collation,
  selection: Uint32Array | null,
  ids: Int32Array,
): void {
  const differs = difference(vector, kind, collation);
  for (let k = 1; k < ids.length; k++) {
    if (selection === null ? differs(k - 1, k) : differs(selection[k - 1], selection[k])) ids[k] = 1;
  }
}

function difference(vector: ColumnVector, kind: PhysicalKind, collation: Collation): (a: number, b: number) => boolean {
  if (vector.kind === 'number' && vector.nulls === null) {
    const { values } = vector;
    return (a, b) => values[a] !== values[b];
  }
  const differs = (a: number, b: number): boolean =>
    compareValues(valueAt(vector, kind, a), valueAt(vector, kind, b), collation) !== 0;
  if (vector.kind !== 'dictionary' || vector.nulls !== null) return differs;
  const { codes } = vector;
  return (a, b) => codes[a] !== codes[b] && differs(a, b);
}
