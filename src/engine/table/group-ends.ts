import { NO_UINTS } from '../../base/empty-arrays.ts';
import type { IndexDefinition } from '../catalog/definitions.ts';
import { type ColumnValue, type PhysicalKind, toSqlValue } from '../column/types.ts';
import type { ColumnVector } from '../column/vector.ts';
import type { ReadPoint } from './access.ts';
import { openRuns, type Run } from './index-runs.ts';
import { compareToKey } from './key.ts';
import type { ScanSources } from './table-scan.ts';
import { columnVectorOf } from './vector-builder.ts';

/** Which visible row of a group in an index: the first or the last one there. */
export type GroupEnd = 'first' | 'last';

export interface GroupEndRows {
  readonly rowCount: number;
  /** The i-th of the columns that were asked for. */
  column(i: number): ColumnVector;
}

/**
 * Of each group of rows that are equal in an index's first column, one row at an end of the group: groups are skipped over by
 * searching where the next one begins. A group comes once for each sorted run that has visible rows of it.
 */
export class GroupEnds {
  private readonly runs: Run[];
  private readonly transaction: number;
  private readonly index: IndexDefinition;
  private readonly keyKind: PhysicalKind;
  private readonly end: GroupEnd;
  private readonly columns: readonly number[];
  private readonly physicals: readonly PhysicalKind[];

  /** `keyKind`: of the index's first column. `physicals`: of `columns`. */
  constructor(
    sources: ScanSources,
    at: ReadPoint,
    index: IndexDefinition,
    keyKind: PhysicalKind,
    end: GroupEnd,
    columns: readonly number[],
    physicals: readonly PhysicalKind[],
  ) {
    this.runs = openRuns(sources, at, { index, ranges: [{ equal: [] }], direction: 'forward', also: [] });
    this.transaction = at.transaction;
    this.index = index;
    this.keyKind = keyKind;
    this.end = end;
    this.columns = columns;
    this.physicals = physicals;
  }

  /** The rows of the next groups of a run, at most `most`; null at the end. */
  next(most: number): GroupEndRows | null {
    const [run] = this.runs;
    if (run === undefined) return null;
    const positions: number[] = [];
    for (let groups = 0; groups < most && run.next < run.end; groups++) {
      const next = this.nextGroup(run);
      const found = this.visible(run, run.next, next);
      if (found >= 0) positions.push(found);
      run.next = next;
    }
    if (run.next === run.end) this.runs.shift();
    return this.rows(run, positions);
  }

  /** Where the group behind the one at `next` begins: steps that double, and then a search between the last two. */
  private nextGroup(run: Run): number {
    const { index } = this;
    const [{ column }] = index.columns;
    const key = [toSqlValue(this.keyKind, run.read(column, positionAt(run, run.next)))];
    const isInGroup = (k: number): boolean => compareToKey(index, run.read, positionAt(run, k), key) <= 0;
    let low = run.next + 1;
    let step = 1;
    while (low < run.end && isInGroup(Math.min(low + step, run.end) - 1)) {
      low = Math.min(low + step, run.end);
      step *= 2;
    }
    let high = Math.min(low + step - 1, run.end);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isInGroup(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The visible row of [from, to) that is nearest to the end that is looked for; -1: none is visible. */
  private visible(run: Run, from: number, to: number): number {
    for (let i = 0; i < to - from; i++) {
      const position = positionAt(run, this.end === 'first' ? from + i : to - 1 - i);
      if (run.isVisible(position, this.transaction)) return position;
    }
    return -1;
  }

  private rows(run: Run, found: readonly number[]): GroupEndRows {
    const positions = found.length === 0 ? NO_UINTS : Uint32Array.from(found);
    return {
      rowCount: positions.length,
      column: (i) => {
        const column = this.columns[i];
        const gathered = run.gather(column, positions);
        if (gathered !== null) return gathered;
        const values: ColumnValue[] = Array.from(positions, (position) => run.read(column, position));
        return columnVectorOf(this.physicals[i], values);
      },
    };
  }
}

function positionAt(run: Run, k: number): number {
  return run.positions(k, k + 1)[0];
}
