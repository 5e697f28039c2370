import type { PhysicalKind, SqlValue } from '../../../engine/column/types.ts';
import { type ColumnVector, valueAt } from '../../../engine/column/vector.ts';
import { physicalKindOf } from '../../expressions/static-type.ts';
import type { AggregateOptions, AggregateState } from './definition.ts';
import { forEachRow } from './rows.ts';

/** Bytes of a small object or a number. */
const GROUP_BYTES = 64;

/** What an aggregate of one argument keeps of a group, and how it takes in one value after the other. */
export interface Fold<Group> {
  begin(): Group;
  /** The group with one more value, changed in place or new. NULL comes only to those that take it. */
  add(group: Group, value: SqlValue): Group;
  result(group: Group): SqlValue;
  /** NULLs count, too. */
  readonly takesNulls?: true;
  /** Bytes of memory that a group comes to hold, or that it holds of each of its values. */
  readonly groupBytes?: number;
  readonly valueBytes?: number;
}

/** A fold over each of many groups: for aggregates whose work on a value is more than a sum. */
export class FoldState<Group> implements AggregateState {
  private readonly fold: Fold<Group>;
  private readonly physical: PhysicalKind;
  private readonly groups: Group[] = [];
  /** Of values that are kept. */
  private keptBytes = 0;

  constructor(fold: Fold<Group>, { argumentTypes }: AggregateOptions) {
    this.fold = fold;
    this.physical = physicalKindOf(argumentTypes[0]);
  }

  ensureGroups(groupCount: number): void {
    while (this.groups.length < groupCount) this.groups.push(this.fold.begin());
  }

  update(
    groupIds: Uint32Array | null,
    [vector]: readonly ColumnVector[],
    selection: Uint32Array | null,
    count: number,
  ): void {
    const { fold, physical, groups } = this;
    forEachRow(groupIds, selection, count, (group, row) => {
      const value = valueAt(vector, physical, row);
      if (value !== null || fold.takesNulls === true) groups[group] = fold.add(groups[group], value);
      if (fold.valueBytes !== undefined)
        this.keptBytes += fold.valueBytes + (typeof value === 'string' ? value.length : 0);
    });
  }

  sizeBytes(): number {
    return this.keptBytes + this.groups.length * (this.fold.groupBytes ?? GROUP_BYTES);
  }

  result(group: number): SqlValue {
    return this.fold.result(this.groups[group]);
  }
}
