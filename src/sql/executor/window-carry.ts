import type { SqlValue } from '../../engine/column/types.ts';
import type { AggregateState } from '../functions/aggregates/definition.ts';
import type { WindowCallPlan, WindowPlan } from '../planner/physical-plan.ts';
import type { WindowLayout } from './window-partition.ts';

/**
 * Whether a partition can be computed piece by piece: all that its calls need of the rows before can be carried on, and
 * not all rows are peers whom a piece needs together.
 */
export function canCarry(plan: WindowPlan): boolean {
  const { calls, terms, partitionTerms } = plan;
  if (terms.length === partitionTerms && needsPeers(plan)) return false;
  return calls.every((call) => {
    switch (call.function) {
      case 'row_number':
      case 'rank':
      case 'dense_rank':
        return true;
      case 'lag':
        return call.arguments.length === 1 && !call.ignoresNulls;
      default:
        return typeof call.function !== 'string' && growsByRows(call);
    }
  });
}

/** The frame of an aggregate that only ever takes more rows in. */
function growsByRows({ frame, orderBy }: WindowCallPlan): boolean {
  const { start, end, exclude } = frame;
  const isGrowing = start.bound === 'UNBOUNDED PRECEDING' && end.bound === 'CURRENT ROW';
  return isGrowing && exclude === 'NO OTHERS' && orderBy.length === 0;
}

/** Whether a piece has to have all peers of its rows. */
export function needsPeers({ calls }: WindowPlan): boolean {
  return calls.some(({ function: called, frame }) =>
    typeof called === 'string' ? called === 'rank' || called === 'dense_rank' : frame.unit !== 'ROWS',
  );
}

/** What the calls of a window know of a partition's rows in the pieces before. */
export class WindowCarry {
  /** Of each call that is an aggregate, over those rows. */
  private readonly states = new Map<WindowCallPlan, AggregateState>();
  /** Of each lag, the argument in the last of those rows. */
  private readonly lastValues = new Map<WindowCallPlan, SqlValue>();
  private rows = 0;
  private peerGroups = 0;
  private goesOn = false;

  /** `goesOn`: whether the first partition of the piece at hand has begun in the one before. */
  begin(goesOn: boolean): void {
    this.goesOn = goesOn;
  }

  /** null: it begins anew. */
  stateOf(call: WindowCallPlan): AggregateState | null {
    return this.goesOn ? (this.states.get(call) ?? null) : null;
  }

  /** `state`: with all rows of the piece's last partition. */
  keepState(call: WindowCallPlan, state: AggregateState): void {
    this.states.set(call, state);
  }

  /** Makes results that count from the piece's first row count from the partition's. `last`: see {@link lastValues}. */
  adjust(call: WindowCallPlan, results: SqlValue[], { partitionEnd }: WindowLayout, last: () => SqlValue): void {
    const isLag = call.function === 'lag';
    if (this.goesOn && isLag) results[0] = this.lastValues.get(call) ?? null;
    else if (this.goesOn && typeof call.function === 'string') {
      const before = BigInt(call.function === 'dense_rank' ? this.peerGroups : this.rows);
      for (let row = 0; row < partitionEnd[0]; row++) results[row] = (results[row] as bigint) + before;
    }
    if (isLag && results.length > 0) this.lastValues.set(call, last());
  }

  /** When all calls have been computed for the piece. */
  end({ rowCount, partitionStart, peerStart }: WindowLayout): void {
    if (rowCount === 0) return;
    const first = partitionStart[rowCount - 1];
    if (!this.goesOn || first > 0) {
      this.rows = 0;
      this.peerGroups = 0;
    }
    this.rows += rowCount - first;
    for (let row = first; row < rowCount; row++) if (peerStart[row] === row) this.peerGroups++;
  }
}
